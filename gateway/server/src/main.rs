fn main() -> std::process::ExitCode {
    cardmux::cli::main()
}
