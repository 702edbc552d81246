//! What should be nowhere: a search of everything an installation leaves behind.

use crate::setup::INSTANCE;
use crate::world::World;

/// A secret, by a name that may be shown.
pub type Canary = (String, String);

impl World {
    /// Where any of these is found: the log, the files of the database, its rows. Nothing of the
    /// secrets is in the answer but their names.
    pub async fn traces(&self, canaries: &[Canary]) -> Vec<String> {
        let files = [vec![self.installation.log.clone()], self.database.files()].concat();
        let mut texts = Vec::new();
        for file in &files {
            let bytes = std::fs::read(file).unwrap();
            // What is no text becomes a sign that no secret has.
            let text = String::from_utf8_lossy(&bytes).into_owned();
            texts.push((file.display().to_string(), text));
        }
        let rows = self.database.dump().await;
        texts.extend(rows.into_iter().map(|row| ("a row".to_owned(), row)));
        // The search can find: the log and the database both name the instance somewhere.
        let (log, database) = texts.split_at(1);
        for (place, texts) in [("log", log), ("database", database)] {
            let found = texts.iter().any(|(_, text)| text.contains(INSTANCE));
            assert!(found, "the {place} was searched in vain");
        }
        let found = texts
            .iter()
            .flat_map(|(place, text)| among(canaries, text, place));
        found.collect()
    }
}

fn among(canaries: &[Canary], text: &str, place: &str) -> Vec<String> {
    let there = canaries
        .iter()
        .filter(|(_, secret)| text.contains(secret.as_str()));
    there
        .map(|(name, _)| format!("{name} is in {place}"))
        .collect()
}
