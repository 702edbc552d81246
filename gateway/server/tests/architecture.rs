//! Who may depend on whom, read from `cargo metadata` and the sources.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().unwrap()
}

fn is_adapter(name: &str) -> bool {
    name.starts_with("cardmux-provider-") && name != "cardmux-provider-kit"
}

fn is_emulator(name: &str) -> bool {
    name.starts_with("cardmux-emulator-") && name != "cardmux-emulator-kit"
}

/// The members a member may depend on; tests may depend on all.
fn may_depend(from: &str, to: &str, kind: DependencyKind) -> bool {
    match from {
        "cardmux-domain" | "cardmux-migrations" | "cardmux-emulator-kit" => false,
        "cardmux-provider-kit" => to == "cardmux-domain",
        "cardmux-bench" | "cardmux-conformance" | "cardmux-e2e" => true,
        // Finds PostgreSQL for the tests of the store.
        "cardmux" if kind == DependencyKind::Development => true,
        "cardmux" => !matches!(to, "cardmux-bench" | "cardmux-conformance" | "cardmux-e2e"),
        adapter if is_adapter(adapter) => matches!(to, "cardmux-domain" | "cardmux-provider-kit"),
        // Never its adapter, nor the kit: two independent readings of the provider's documents.
        emulator if is_emulator(emulator) => to == "cardmux-emulator-kit",
        other => panic!("say in this test what `{other}` may depend on"),
    }
}

#[test]
fn members_depend_only_on_what_the_house_allows() {
    let metadata = metadata();
    let members: BTreeSet<&str> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    assert!(
        members.contains("cardmux-provider-fincard"),
        "the metadata was not read"
    );
    for package in &metadata.packages {
        for dependency in package
            .dependencies
            .iter()
            .filter(|d| members.contains(d.name.as_str()))
        {
            let (from, to) = (package.name.as_str(), dependency.name.as_str());
            assert!(
                may_depend(from, to, dependency.kind),
                "{from} must not depend on {to}"
            );
        }
    }
}

#[test]
fn domain_knows_no_transport_database_or_configuration() {
    let metadata = metadata();
    let package = find(&metadata, "cardmux-domain");
    for banned in [
        "axum", "sea-orm", "reqwest", "figment", "tokio", "sqlx", "utoipa",
    ] {
        assert!(
            package.dependencies.iter().all(|d| d.name != banned),
            "cardmux-domain uses {banned}"
        );
    }
}

fn find<'m>(metadata: &'m Metadata, name: &str) -> &'m Package {
    metadata
        .packages
        .iter()
        .find(|p| p.name.as_str() == name)
        .unwrap()
}

#[test]
fn only_the_store_knows_sea_orm() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for file in rust_files(&sources) {
        seen += 1;
        let text = std::fs::read_to_string(&file).unwrap();
        let in_store = file.strip_prefix(&sources).unwrap().starts_with("store");
        assert!(
            in_store || !text.contains("sea_orm"),
            "{} uses sea-orm",
            file.display()
        );
    }
    assert!(seen > 20);
}

#[test]
fn adapters_contain_no_retries_sleeps_or_tasks() {
    let metadata = metadata();
    for package in metadata.packages.iter().filter(|p| is_adapter(&p.name)) {
        let sources = Path::new(package.manifest_path.as_str())
            .parent()
            .unwrap()
            .join("src");
        for file in rust_files(&sources) {
            let text = std::fs::read_to_string(&file).unwrap();
            let ours = text.split("#[cfg(test)]").next().unwrap();
            for banned in ["tokio::spawn", "backon", "time::timeout"] {
                assert!(
                    !ours.contains(banned),
                    "{} uses {banned}: that is the guard's",
                    file.display()
                );
            }
        }
    }
}

/// Adding a provider is its own folder, a line here, a line in the conformance suite, and the
/// manifests: nothing else of gateway and suite may know an adapter or emulator by name.
#[test]
fn each_provider_is_one_line_of_the_gateway_and_one_of_the_suite() {
    let metadata = metadata();
    let gateway = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/src");
    let adapters = metadata.packages.iter().filter(|p| is_adapter(&p.name));
    let mut seen = 0;
    for adapter in adapters {
        seen += 1;
        let kind = adapter.name.strip_prefix("cardmux-provider-").unwrap();
        let crates = [
            format!("cardmux_provider_{kind}"),
            format!("cardmux_emulator_{kind}"),
        ];
        let lines = |dir: &Path, of_interest: &dyn Fn(&str) -> bool| -> Vec<String> {
            let files = rust_files(dir).into_iter();
            let found = files.flat_map(|file| {
                let text = std::fs::read_to_string(&file).unwrap();
                let lines = text.lines().filter(|line| of_interest(line));
                lines
                    .map(|_| file.display().to_string())
                    .collect::<Vec<_>>()
            });
            found.collect()
        };
        let in_gateway = lines(&gateway, &|line| crates.iter().any(|c| line.contains(c)));
        assert_eq!(in_gateway.len(), 1, "{kind} in the gateway: {in_gateway:?}");
        if kind == "mock" {
            // The reference has no folder of an emulator; its subject lies in the suite.
            continue;
        }
        let subject = format!("providers/{kind}/conformance.rs");
        let in_suite = lines(&suite, &|line| {
            line.contains(&subject) || crates.iter().any(|c| line.contains(c))
        });
        assert_eq!(in_suite.len(), 1, "{kind} in the suite: {in_suite:?}");
    }
    assert!(seen >= 4, "the metadata was not read");
}

#[test]
fn every_member_takes_the_workspace_lints() {
    for package in metadata().packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} has lints of its own",
            package.name
        );
    }
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}
