//! A request in a list, as JSON.

use acquaint_domain::Channel;
use acquaint_engine::{Inquiry, MatchingRequest, StartError};
use serde_json::{Value, json};

use crate::moments::rfc3339;

/// A request that matches a query, as its viewer knows it.
///
/// # Errors
/// The log cannot be read.
pub fn request_json(inquiry: &Inquiry<'_>, matching: &MatchingRequest) -> Result<Value, StartError> {
    let code = matching.code;
    Ok(json!({
        "request": matching.request.to_string(),
        "at": rfc3339(matching.at),
        "from": inquiry.views().members.handle(matching.sender),
        "to": inquiry.addressed(matching)?,
        "code": code.to_string(),
        "name": code.name(),
        "status": matching.status.name(),
        "channel": inquiry.channel_of(matching).map(channel_text),
    }))
}

/// A channel, as it is typed.
pub fn channel_text(channel: &Channel) -> String {
    match channel {
        Channel::Web => "web".to_owned(),
        Channel::Mobile => "mobile".to_owned(),
        Channel::Desktop => "desktop".to_owned(),
        Channel::Api(client) => format!("api:{client}"),
    }
}
