//! `plenary export`: a room as JSON Lines, from the table alone.

use crate::{
    config::{DynamoDb, EmbeddedConfig, ExportArgs},
    node::{TABLE_FILE, endpoint, start_embedded},
};
use resolvers::{
    export::{Export, Extent, Line},
    source::{
        client,
        embedded::{Embedded, StartError},
        table::Table,
    },
};
use std::{
    error::Error,
    io::{self, BufWriter, ErrorKind, Write},
};

/// Writes the room, then its log in order, then, if what was deleted is wanted, the audit log.
///
/// Whoever stops reading has seen enough: that is no failure.
pub async fn run(args: &ExportArgs, out: impl Write) -> Result<(), Box<dyn Error>> {
    let embedded = match args.table.dynamodb {
        DynamoDb::Embedded => Some(open_embedded(args)?),
        DynamoDb::Aws | DynamoDb::Emulator(_) => None,
    };
    let client = client::connect(&endpoint(&args.table.dynamodb, embedded.as_ref())).await;
    let table = Table::new(client, &args.table.table_name);
    let extent = if args.include_deleted { Extent::LogAndAudit } else { Extent::Log };
    let (room, export) = match Export::begin(table, args.room.clone(), extent).await {
        Err(schema::Error::NotFound(_)) => {
            let table = &args.table.table_name;
            return Err(format!("there is no room {} in the table {table}", args.room).into());
        }
        begun => begun?,
    };
    match write(room, export, BufWriter::new(out)).await {
        Err(error) if is_closed(error.as_ref()) => Ok(()),
        ended => ended,
    }
}

async fn write(room: Line, mut export: Export, mut out: impl Write) -> Result<(), Box<dyn Error>> {
    write_line(&mut out, &room)?;
    while let Some(lines) = export.page().await? {
        for line in &lines {
            write_line(&mut out, line)?;
        }
    }
    Ok(out.flush()?)
}

fn write_line(mut out: impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut out, line)?;
    out.write_all(b"\n")
}

fn is_closed(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// Opens the file of the embedded table, which one process has at a time; makes none.
fn open_embedded(args: &ExportArgs) -> Result<Embedded, Box<dyn Error>> {
    let file = args.data_dir.join(TABLE_FILE);
    if !file.try_exists()? {
        return Err(format!("there is no table at {}", file.display()).into());
    }
    let config = EmbeddedConfig { data_dir: args.data_dir.clone(), memory: false };
    start_embedded(&config, 0).map_err(|error| match error.downcast_ref() {
        Some(StartError::InUse(_)) => format!(
            "{error}: stop it, or read through it with DYNAMODB=URL; a node logs the address of its table when it starts"
        )
        .into(),
        _ => error,
    })
}
