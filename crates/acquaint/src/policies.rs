//! Policies to begin with: documents for [`Builder::policy`](crate::Builder::policy) and
//! [`Engine::adopt_policy`](crate::Engine::adopt_policy).

/// The built-in policy: the rules and limits of a large network, as the article describes them that the project starts from
/// (for a free account 300 requests in 24 hours, among others). A new network begins with it where none is given.
///
/// It is a TOML document; every number in it says where it comes from.
pub const ARTICLE: &str = acquaint_policy::ARTICLE;
