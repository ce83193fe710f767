//! One route for each row of the contract's table.

use crate::answer::{json, refused, tagged};
use crate::asked;
use crate::state::App;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use wheelhouse_contract::*;

/// The row of that name. Every name comes from the table itself.
pub(crate) fn row(name: &str) -> &'static Operation {
    TABLE.iter().find(|row| row.name == name).unwrap_or(&TABLE[0])
}

/// The path as the router wants it: parameters have one name for each place, whatever the table calls them.
pub(crate) fn routed(path: &str) -> String {
    path.split('/')
        .enumerate()
        .map(|(place, part)| match part.starts_with('{') {
            true => format!("{{at{place}}}"),
            false => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

macro_rules! table_routes {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        /// The routes of the table.
        pub(crate) fn routes() -> Router<App> {
            let routes = Router::new();
            $(
                let routes = routes.route(
                    &routed($path),
                    on(MethodFilter::$method, |State(app): State<App>, request: Request| async move {
                        let row = row(stringify!($name));
                        let headers = request.headers().clone();
                        let answer = async {
                            let asked: $request = asked::read(row, request).await?;
                            // A caller that goes away cancels nothing.
                            let local = app.local().clone();
                            app.carry_out(async move { local.$name(asked).await }).await
                        };
                        told(row, &headers, answer.await)
                    }),
                );
            )+
            routes
        }
    };
}

operations!(table_routes);

fn told<T: serde::Serialize>(
    row: &Operation,
    headers: &axum::http::HeaderMap,
    answer: Result<T, ApiError>,
) -> Response {
    match answer {
        Ok(value) if row.effect == "read" => tagged(headers, &value),
        Ok(value) if row.creates() => json(StatusCode::CREATED, &value),
        Ok(value) => json(StatusCode::OK, &value),
        Err(error) => refused(error),
    }
}
