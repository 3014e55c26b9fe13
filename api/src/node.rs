//! A node put together from its configuration: the table, the broker, the schema, and who may call.

use crate::{
    app::App,
    auth::{Verifier, development::DevelopmentIssuer},
    config::{Config, DynamoDb, EmbeddedConfig},
    errors,
    executor::{Executor, Prepare},
    expulsion,
    guards::guards,
    limits, measure,
    open_files::OpenFiles,
    task_protection::TaskProtection,
    trusted::TrustedDocuments,
};
use resolvers::{
    Ctx, Sources,
    source::{
        broker::Broker,
        client::{self, Endpoint},
        definition::create_table,
        embedded::{Embedded, Storage},
        table::Table,
    },
};
use serde_json::json;
use std::{error::Error, net::SocketAddr, sync::Arc};
use tokio_util::task::AbortOnDropHandle;

/// The name of the embedded table's file in the data directory.
pub(crate) const TABLE_FILE: &str = "table.sqlite";

/// A node that is ready to serve.
pub struct Node {
    /// What its handlers share.
    pub app: Arc<App>,
    sources: Sources,
    open_files: OpenFiles,
    task_protection: Option<TaskProtection>,
    _expulsion: AbortOnDropHandle<()>,
    /// Ends with the node.
    _embedded: Option<Embedded>,
}

impl Node {
    /// Connects to everything that the configuration names.
    pub async fn start(config: &Config) -> Result<Self, Box<dyn Error>> {
        config.socket.check(&config.connection)?;
        let open_files = OpenFiles::raise();
        let config = &config.bounded_by(open_files);
        let (verifier, development) = who_may_call(config)?;
        let verifier = verifier.with_api_keys(config.api_keys()?);
        let trusted = trusted_documents(config).await?;
        let embedded = match config.table.dynamodb {
            DynamoDb::Embedded => Some(start_embedded(&config.embedded, 0)?),
            DynamoDb::Aws | DynamoDb::Emulator(_) => None,
        };
        let client = client::connect(&endpoint(&config.table.dynamodb, embedded.as_ref())).await;
        if config.create_table || embedded.is_some() {
            create_table(&client, &config.table.table_name).await?;
        }
        let table = Table::new(client, &config.table.table_name);
        let redis = config.redis.config().await?;
        let broker = redis.clone().map_or_else(Broker::local, Broker::redis);
        let sources = Sources::new(table, broker, config.group_roles.clone())
            .guarded_by(guards(config, redis)?);
        let executor = executor(config, sources.clone());
        let app = Arc::new(App::new(config, executor, verifier, development, trusted));
        let task_protection =
            TaskProtection::start(&config.ecs, app.sockets.clone(), &app.lifecycle)?;
        let expulsion = expulsion::run(app.sockets.clone(), sources.expelled());
        let expulsion = AbortOnDropHandle::new(tokio::spawn(expulsion));
        Ok(Self {
            app,
            sources,
            open_files,
            task_protection,
            _expulsion: expulsion,
            _embedded: embedded,
        })
    }

    /// How the node and what stands behind it are, for operators.
    #[must_use]
    pub fn status(&self) -> serde_json::Value {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "draining": self.app.lifecycle.is_draining(),
            "connections": self.app.lifecycle.connections(),
            "openFiles": { "limit": self.open_files.limit() },
            "broker": self.sources.broker_status(),
            "limiter": self.sources.limiter_status(),
            "taskProtection": self.task_protection.as_ref().map(TaskProtection::status),
            "openRooms": self.sources.open_rooms(),
        })
    }
}

/// Starts the embedded DynamoDB on a loopback port; 0 lets the system choose.
pub fn start_embedded(config: &EmbeddedConfig, port: u16) -> Result<Embedded, Box<dyn Error>> {
    let storage = match config.memory {
        true => Storage::Memory,
        false => {
            std::fs::create_dir_all(&config.data_dir)?;
            Storage::File(config.data_dir.join(TABLE_FILE))
        }
    };
    Ok(Embedded::start(&storage, SocketAddr::from(([127, 0, 0, 1], port)))?)
}

/// Where the table is reached.
pub(crate) fn endpoint(dynamodb: &DynamoDb, embedded: Option<&Embedded>) -> Endpoint {
    match (dynamodb, embedded) {
        (DynamoDb::Emulator(url), _) => Endpoint::Local(url.clone()),
        (_, Some(embedded)) => Endpoint::Local(embedded.endpoint()),
        (_, None) => Endpoint::Aws,
    }
}

/// The configured issuers, or else the development issuer, which is for this machine alone.
fn who_may_call(config: &Config) -> Result<(Verifier, Option<DevelopmentIssuer>), Box<dyn Error>> {
    let issuers = config.jwt_issuers.0.clone();
    if !issuers.is_empty() {
        if config.development_issuer {
            DevelopmentIssuer::check_alone(&issuers)?;
        }
        return Ok((Verifier::new(issuers)?, None));
    }
    let exposed = config.production || !config.listen.ip().is_loopback();
    if exposed && !config.development_issuer {
        return Err("JWT_ISSUERS is empty: a node that others can reach needs to know whose tokens to accept \
             (DEVELOPMENT_ISSUER=true gives a token to anybody who asks)"
            .into());
    }
    let development = DevelopmentIssuer::open(&config.embedded.data_dir)?;
    Ok((Verifier::new(vec![development.config()])?, Some(development)))
}

/// What is wrong with the list ends the process, rather than all that its clients ask.
async fn trusted_documents(config: &Config) -> Result<TrustedDocuments, Box<dyn Error>> {
    let Some(path) = &config.trusted_documents else {
        return Ok(TrustedDocuments::default());
    };
    let builder = errors::apply(resolvers::schema());
    let schema = limits::apply(builder, &config.document, config.mode());
    Ok(TrustedDocuments::load(path, schema).await?)
}

fn executor(config: &Config, sources: Sources) -> Executor {
    let builder = measure::apply(errors::apply(resolvers::schema()));
    let schema = limits::apply(builder, &config.document, config.mode()).finish();
    let prepare: Prepare = Arc::new(move |request, identity, reading| {
        request.data(Ctx::new(identity, sources.clone(), reading))
    });
    Executor::new(schema, prepare)
}
