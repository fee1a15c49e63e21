//! The tables.

use crate::export;
use crate::measure::{self, median};
use crate::options::Options;
use crate::scenarios::Limit;
use std::time::Duration;

pub(crate) fn scenarios(options: &Options, database: &str, figures: &[measure::Figures], starts: &[Duration]) {
    let rows = figures.iter().map(|figures| {
        vec![
            figures.name.to_owned(),
            figures.count.to_string(),
            figures.bytes.to_string(),
            spread(&figures.bare, 1),
            spread(&figures.ours, 1),
            spread(&figures.multiples(), 2),
            match figures.limit {
                Limit::Times(most) => format!("{most}×"),
                Limit::Micros(most) => format!("{most} µs"),
            },
            verdict(figures.within()),
        ]
    });
    let header = [
        "scenario",
        "requests a round",
        "bytes",
        "bare µs",
        if options.calibrate { "bare again µs" } else { "ours µs" },
        "multiple",
        "limit",
        "",
    ];
    title(options, database, starts);
    let place = options.core.map_or("", |_| ", one processor");
    println!("CPU time per request, one worker{place}, median of {} rounds (lowest-highest).\n", options.rounds);
    table(options, &header, rows.collect());
}

pub(crate) fn exports(options: &Options, database: &str, figures: &[export::Figures], starts: &[Duration]) {
    let rows = figures.iter().map(|figures| {
        let mib = figures.bytes as f64 / f64::from(1 << 20);
        let seconds = figures.took.as_secs_f64();
        vec![
            figures.path.to_owned(),
            format!("{:.1}", figures.idle_mib),
            format!("{:.1}", figures.peak_mib),
            format!("{:.1}", figures.peak_mib - figures.idle_mib),
            format!("{:.0}", export::LIMIT_MIB),
            verdict(figures.within()),
            format!("{mib:.1}"),
            figures.lines.to_string(),
            format!("{seconds:.2}"),
            format!("{:.1}", mib / seconds),
        ]
    });
    let header = ["export", "idle MiB", "peak MiB", "more MiB", "limit MiB", "", "sent MiB", "lines", "seconds", "MiB/s"];
    title(options, database, starts);
    table(options, &header, rows.collect());
}

fn title(options: &Options, database: &str, starts: &[Duration]) {
    let database = without_password(database);
    if options.markdown {
        println!("\n#### `{database}`\n");
    } else {
        println!("\n{database}");
    }
    let starts: Vec<_> = starts.iter().map(|start| start.as_secs_f64() * 1e3).collect();
    println!("Start to first answer: {} ms.\n", spread(&starts, 0));
}

/// Tables are pasted into documents; a database's password, wherever it stands in a URL, is not.
fn without_password(database: &str) -> String {
    let Some((scheme, rest)) = database.split_once("://") else {
        return database.to_owned();
    };
    let place = rest.split('?').next().unwrap_or_default();
    let place = place.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{place}")
}

fn verdict(within: bool) -> String {
    if within { "ok" } else { "over" }.to_owned()
}

fn spread(values: &[f64], digits: usize) -> String {
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(0.0, f64::max);
    format!("{:.digits$} ({lowest:.digits$}-{highest:.digits$})", median(values))
}

fn table(options: &Options, header: &[&str], rows: Vec<Vec<String>>) {
    let header: Vec<_> = header.iter().map(|&cell| cell.to_owned()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&header]).map(|row| &row[column]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..header.len()).map(width).collect();
    let (between, edge) = if options.markdown { (" | ", "|") } else { ("  ", "") };
    let print = |row: &[String]| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(column, (cell, &width))| if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") });
        let line = cells.collect::<Vec<_>>().join(between);
        if options.markdown {
            println!("{edge} {line} {edge}");
        } else {
            println!("{}", line.trim_end());
        }
    };
    print(&header);
    if options.markdown {
        let aligned = widths.iter().enumerate().map(|(column, _)| if column == 0 { "---" } else { "---:" });
        println!("| {} |", aligned.collect::<Vec<_>>().join(" | "));
    }
    rows.iter().for_each(|row| print(row));
}
