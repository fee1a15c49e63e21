//! The door `/graphql`: the same views as REST, of which a client picks what it needs.
//!
//! async-graphql parses documents, holds them against the schema and tells about it. Answers are made
//! by `run`: level by level, all things of a kind read together, each view rendered by the same
//! `Serialize` as for REST. So there is no second description of a noun that could say something else,
//! the number of statements is that of a query's groups, and fields come in the order asked.

mod answer;
mod breaking;
mod cost;
mod document;
mod follow;
mod given;
mod input;
mod json;
mod level;
mod merging;
mod model;
mod page;
mod pick;
mod plan;
mod questions;
mod relation;
mod render;
mod rules;
mod run;
mod schema;

pub use breaking::breaking;
pub use document::unusable;
pub use schema::sdl;

use actix_web::web::{self, ServiceConfig};

/// Registers the routes.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/graphql", web::get().to(answer::answer))
        .route("/graphql", web::post().to(answer::answer))
        .route("/graphiql", web::get().to(page::page))
        .route("/graphiql/{asset}", web::get().to(page::asset));
}
