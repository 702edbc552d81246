use std::collections::BTreeMap;

use cardmux_domain::id::{InstanceId, TenantId};
use serde::{Deserialize, Serialize};

use super::check::{Check, nearest};
use super::{RateLimit, Route, TenantDecisions, fields, routes};

/// `[tenants.<name>]`: a customer of the operator and the instances it may use.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TenantSettings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(with = "fields::list")]
    pub instances: Vec<InstanceId>,
    /// Whether card numbers may be answered in clear to a request without a public key.
    #[serde(default)]
    pub clear_reveal: bool,
    /// Who decides about authorizations beyond rules and funds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decisions: Option<TenantDecisions>,
    /// Which issuer serves a request that names no card type. Without any: the instances in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// In place of the one of `[api]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}

pub(super) fn check(tenants: &BTreeMap<TenantId, TenantSettings>, check: &mut Check<'_>) {
    // Declared, not understood: an instance with a problem of its own is not also missing.
    let declared = check.names("providers");
    let declared: Vec<&str> = declared.iter().map(String::as_str).collect();
    for (tenant, settings) in tenants {
        if let Some(decisions) = &settings.decisions {
            decisions.check(&format!("tenants.{tenant}.decisions"), check);
        }
        let key = format!("tenants.{tenant}.routes");
        routes::check(&key, &settings.routes, &settings.instances, check);
        if let Some(limit) = &settings.rate_limit {
            limit.check(&format!("tenants.{tenant}.rate_limit"), check);
        }
        let key = format!("tenants.{tenant}.instances");
        if settings.instances.is_empty() {
            check.problem(
                &key,
                "is empty",
                Some("a tenant needs a provider to issue at".into()),
            );
        }
        for (index, instance) in settings.instances.iter().enumerate() {
            if !declared.contains(&instance.as_str()) {
                let hint = match nearest(instance.as_str(), &declared) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("declare [providers.{instance}]"),
                };
                check.problem(&key, format!("names no instance `{instance}`"), Some(hint));
            }
            if settings
                .instances
                .iter()
                .skip(index + 1)
                .any(|other| other == instance)
            {
                check.problem(&key, format!("names `{instance}` twice"), None);
            }
        }
    }
}
