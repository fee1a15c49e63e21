//! Trusted documents: when a list of them is given, GraphQL clients may ask those and no others.

use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// The documents that may be asked, by the ids that clients know them by.
#[derive(Debug, Clone, Default)]
pub struct Trusted {
    by_id: HashMap<String, String>,
    texts: HashSet<String>,
}

impl Trusted {
    /// Reads a list: a JSON object of id and document, as Relay's compiler and GraphQL Code Generator
    /// write it, or an Apollo manifest.
    ///
    /// # Errors
    /// A sentence when the file cannot be read or is no such list.
    pub fn load(path: &Path) -> Result<Self, String> {
        let wrong = |why: String| format!("cannot use {} as a list of trusted documents: {why}", path.display());
        let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        let list: Value = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        let by_id: Option<HashMap<String, String>> = match list.get("operations").and_then(Value::as_array) {
            Some(operations) => {
                let text = |operation: &Value, member: &str| operation.get(member).and_then(Value::as_str).map(str::to_owned);
                operations.iter().map(|operation| Some((text(operation, "id")?, text(operation, "body")?))).collect()
            }
            None => list
                .as_object()
                .and_then(|members| members.iter().map(|(id, document)| Some((id.clone(), document.as_str()?.to_owned()))).collect()),
        };
        let by_id = by_id.ok_or_else(|| wrong("it is no JSON object of ids and documents".into()))?;
        let texts = by_id.values().cloned().collect();
        Ok(Self { by_id, texts })
    }

    /// The document of an id.
    pub fn document(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).or_else(|| self.by_id.get(id.strip_prefix("sha256:")?)).map(String::as_str)
    }

    /// Every document with its id.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_id.iter().map(|(id, text)| (id.as_str(), text.as_str()))
    }

    /// Whether a document is on the list.
    pub fn allows(&self, document: &str) -> bool {
        self.texts.contains(document)
    }
}
