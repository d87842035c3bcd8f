//! Built-in policies: documents for [`EngineBuilder::policy`](crate::EngineBuilder::policy) and
//! [`Engine::adopt_policy`](crate::Engine::adopt_policy).

/// The default policy of a new network: the rules and limits of a large network as described in the article that the project
/// started from, such as 300 requests in 24 hours for a free account.
///
/// A TOML document, which states the source of every number.
pub const ARTICLE: &str = acquaint_policy::ARTICLE;
