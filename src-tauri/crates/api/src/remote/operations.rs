//! Every row of the table, asked of the server.

use super::client::Remote;
use wheelhouse_contract::*;

macro_rules! operations_remote {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        impl Operations for Remote {
            $(
                async fn $name(&self, request: $request) -> Result<$response, ApiError> {
                    const ROW: Operation = Operation {
                        name: stringify!($name),
                        method: stringify!($method),
                        path: $path,
                        effect: stringify!($effect),
                    };
                    self.call(&ROW, request).await
                }
            )+
        }
    };
}

operations!(operations_remote);
