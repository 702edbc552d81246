//! What the list of card types does not say about them: `types.<typeId>`.

use std::collections::BTreeMap;

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_provider_kit::settings::{Setting, SettingsProblem, Table};
use serde_json::Value;

/// What is set about one card type. The default is a plain virtual card that may have a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeRule {
    pub model: Model,
    /// The pool a budget card draws on; there of every budget card.
    pub budget: Option<String>,
    pub customer: CustomerNeed,
    /// The name of the cardholder is wanted beside the customer's id: the schema says so, the guide
    /// does not (dossier, unknown no. 7).
    pub names_always: bool,
    pub customer_form: CustomerForm,
    pub form: Form,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Model {
    #[default]
    Card,
    BudgetCard,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Virtual,
    Physical,
}

/// Whether a card of the type is issued to a customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CustomerNeed {
    None,
    #[default]
    Optional,
    Required,
}

/// What kind of customer is enrolled for the type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CustomerForm {
    #[default]
    Individual,
    Business,
}

impl CustomerForm {
    /// bfinance's word (S2), and our name of the form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Business => "business",
        }
    }
}

impl TypeRule {
    pub fn model(&self) -> CardModel {
        match self.model {
            Model::Card => CardModel::Card,
            Model::BudgetCard => CardModel::BudgetCard,
        }
    }

    pub fn form(&self) -> CardForm {
        match self.form {
            Form::Virtual => CardForm::Virtual,
            Form::Physical => CardForm::Physical,
        }
    }
}

/// All that are set, by `typeId`.
#[derive(Debug, Clone, Default)]
pub struct TypeRules(BTreeMap<String, TypeRule>);

impl TypeRules {
    pub fn of(&self, type_id: &str) -> TypeRule {
        self.0.get(type_id).cloned().unwrap_or_default()
    }

    /// Whether there may be budget cards.
    pub fn have_budget_cards(&self) -> bool {
        self.0.values().any(|rule| rule.model == Model::BudgetCard)
    }

    /// The configured types a customer may be enrolled for.
    pub fn enrolling(&self) -> impl Iterator<Item = &str> {
        let enrols = |rule: &TypeRule| rule.customer != CustomerNeed::None;
        self.0
            .iter()
            .filter(move |(_, rule)| enrols(rule))
            .map(|(id, _)| id.as_str())
    }

    /// Every budget once, in a fixed order.
    pub fn budgets(&self) -> Vec<&str> {
        let mut budgets: Vec<_> = self
            .0
            .values()
            .filter_map(|rule| rule.budget.as_deref())
            .collect();
        budgets.sort_unstable();
        budgets.dedup();
        budgets
    }
}

/// The table of types as it is written; read by [`take`], type by type.
struct Tables(Vec<(String, Value)>);

impl Setting for Tables {
    fn read(value: &Value) -> Result<Self, String> {
        let types = value
            .as_object()
            .ok_or_else(|| "must be a table of card types by typeId".to_owned())?;
        let own = |(id, rule): (&String, &Value)| (id.clone(), rule.clone());
        Ok(Self(types.iter().map(own).collect()))
    }
}

/// `None` was reported, each problem under the path of its key.
pub fn take(table: &mut Table) -> Option<TypeRules> {
    let Tables(tables) = match table.has("types") {
        true => table.optional("types")?,
        false => {
            table.ignore(&["types"]);
            Tables(Vec::new())
        }
    };
    let mut rules = BTreeMap::new();
    let mut complete = true;
    for (id, value) in tables {
        match rule(value) {
            Ok(rule) => {
                rules.insert(id, rule);
            }
            Err(problems) => {
                complete = false;
                for SettingsProblem { path, problem } in problems {
                    table.problem(&format!("types.{id}.{path}"), problem);
                }
            }
        }
    }
    complete.then_some(TypeRules(rules))
}

fn rule(value: Value) -> Result<TypeRule, Vec<SettingsProblem>> {
    let mut table = Table::new(value);
    let models = [("card", Model::Card), ("budget_card", Model::BudgetCard)];
    let model = table.choice("kind", &models);
    let budget = table.optional::<String>("budget");
    let needs = [
        ("none", CustomerNeed::None),
        ("optional", CustomerNeed::Optional),
        ("required", CustomerNeed::Required),
    ];
    let customer = table.choice("customer", &needs);
    let names = [("without_customer", false), ("always", true)];
    let names_always = table.choice("names", &names);
    let forms = [
        ("individual", CustomerForm::Individual),
        ("business", CustomerForm::Business),
    ];
    let customer_form = table.choice("customer_form", &forms);
    let forms = [("virtual", Form::Virtual), ("physical", Form::Physical)];
    let form = table.choice("form", &forms);
    let country = table.optional::<String>("country");
    if country.as_deref().is_some_and(|code| !is_country(code)) {
        table.problem("country", "must be an ISO 3166-1 alpha-2 code such as DE");
    }
    match model {
        // No call lists budgets, so that their ids come from the dashboard (I).
        Some(Model::BudgetCard) if budget.is_none() => table.problem("budget", "is missing"),
        Some(Model::Card) if budget.is_some() => {
            table.problem("budget", "is only for kind = \"budget_card\"");
        }
        Some(Model::Card | Model::BudgetCard) | None => {}
    }
    let parsed = (|| {
        Some(TypeRule {
            model: model?,
            budget,
            customer: customer?,
            names_always: names_always?,
            customer_form: customer_form?,
            form: form?,
            country,
        })
    })();
    table.finish(parsed)
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}
