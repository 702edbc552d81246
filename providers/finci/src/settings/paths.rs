//! Where each call goes below the prefix. Three paths are documented (D), the others follow their
//! pattern (C).

use cardmux_provider_kit::settings::Setting;
use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Paths {
    pub create_client: String,
    pub create_corporate: String,
    pub create_employee: String,
    pub create_account: String,
    pub create_card: String,
    /// D.
    pub get_cards: String,
    /// D; the card's id follows.
    pub update_card_status: String,
    /// D; the card's id follows.
    pub update_card_stage: String,
}

impl Default for Paths {
    fn default() -> Self {
        let path = str::to_owned;
        Self {
            create_client: path("/create-client"),
            create_corporate: path("/create-corporate"),
            create_employee: path("/create-employee"),
            create_account: path("/create-account"),
            create_card: path("/create-card"),
            get_cards: path("/get-cards"),
            update_card_status: path("/update-card-status"),
            update_card_stage: path("/update-card-stage"),
        }
    }
}

impl Setting for Paths {
    fn read(value: &Value) -> Result<Self, String> {
        let problem = || "must be a table of calls and paths such as /create-card".to_owned();
        let mut paths = Self::default();
        for (call, path) in value.as_object().ok_or_else(problem)? {
            let slot = match call.as_str() {
                "create_client" => &mut paths.create_client,
                "create_corporate" => &mut paths.create_corporate,
                "create_employee" => &mut paths.create_employee,
                "create_account" => &mut paths.create_account,
                "create_card" => &mut paths.create_card,
                "get_cards" => &mut paths.get_cards,
                "update_card_status" => &mut paths.update_card_status,
                "update_card_stage" => &mut paths.update_card_stage,
                _ => return Err(format!("names `{call}`, which is no call of this provider")),
            };
            let path = path.as_str().filter(|path| is_path(path));
            *slot = path.ok_or_else(problem)?.to_owned();
        }
        Ok(paths)
    }
}

/// A path that is sent as it is written: what is signed is what is sent.
pub fn is_path(path: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.');
    path.starts_with('/')
        && !path.ends_with('/')
        && !path.contains("//")
        && !path.contains("..")
        && path.bytes().all(plain)
}
