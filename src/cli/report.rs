//! The report file of an import: it takes the place of the last one when it is whole, and of nothing else.

use super::Failure;
use crate::config::DatabaseSettings;
use crate::domain::text::harmless;
use crate::write::import::{Outcome, Report};
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What SQLite appends to the name of a database for the files that it keeps beside it.
const BESIDE_DATABASE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// A report that is going to be written.
pub(super) struct ReportFile<'p> {
    path: &'p Path,
    file: Place,
}

enum Place {
    /// Beside the file whose place it takes when it is whole.
    Beside(NamedTempFile, PathBuf),
    /// A device or pipe, which nothing may take the place of.
    Itself(File),
}

impl<'p> ReportFile<'p> {
    /// Finds the report a place before anything is imported, and refuses that of the list or of the database.
    pub(super) fn at(path: &'p Path, list: &Path, database: &DatabaseSettings) -> Result<Self, Failure> {
        let nothing = |why: String| Failure(format!("{why}. Nothing was written."));
        if same(path, list) {
            return Err(nothing(format!("the report {} would overwrite the list that is imported; name another file", path.display())));
        }
        if let Some(file) = database.database_url.file() {
            // Its companions lie where the file itself does, not where a link to it is.
            let file = place(file).unwrap_or_else(|_| file.to_owned());
            let beside = |suffix: &&str| [file.as_os_str(), suffix.as_ref()].into_iter().collect::<std::ffi::OsString>();
            if BESIDE_DATABASE.iter().map(beside).any(|file| same(path, file.as_ref())) {
                return Err(nothing(format!("the report {} would overwrite the database; name another file", path.display())));
            }
        }
        let file = open(path).map_err(|e| nothing(format!("cannot write the report {}: {e}", path.display())))?;
        Ok(Self { path, file })
    }

    /// Writes the report and puts it in its place.
    pub(super) fn write(self, report: &Report) -> Result<(), Failure> {
        let written = match self.file {
            Place::Itself(file) => rows(report, file).map_err(io::Error::from),
            Place::Beside(mut file, target) => {
                rows(report, file.as_file_mut()).map_err(io::Error::from).and_then(|()| Ok(file.persist(target).map(drop)?))
            }
        };
        written.map_err(|e| Failure(format!("cannot write the report {}: {e}", self.path.display())))
    }
}

fn open(path: &Path) -> io::Result<Place> {
    match path.metadata() {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if !there.is_file() => Ok(Place::Itself(File::options().write(true).open(path)?)),
        _ => {
            let target = place(path)?;
            let directory = target.parent().unwrap_or(Path::new("/"));
            // As the user's other files, not for them alone.
            let file = tempfile::Builder::new().prefix(".report-").permissions(Permissions::from_mode(0o666)).tempfile_in(directory)?;
            Ok(Place::Beside(file, target))
        }
    }
}

/// Where a path leads, links followed; what is not there yet is named by its directory.
fn place(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize().or_else(|_| {
        let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(directory.canonicalize()?.join(name))
    })
}

/// Whether two paths name one file, by whatever links.
fn same(one: &Path, other: &Path) -> bool {
    let number = |path: &Path| path.metadata().map(|file| (file.dev(), file.ino()));
    match (number(one), number(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => matches!((place(one), place(other)), (Ok(one), Ok(other)) if one == other),
    }
}

fn rows(report: &Report, to: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(["row", "outcome", "name", "product", "certificate", "valid_until", "column", "code", "detail"])?;
    for row in &report.rows {
        let (column, code, detail) = match &row.outcome {
            Outcome::Refused(refusal) => (refusal.place(), refusal.code, refusal.detail.en.to_string()),
            _ => (String::new(), "", row.notes.iter().map(|note| note.en.as_ref()).collect::<Vec<_>>().join("; ")),
        };
        let cells = [
            row.row.to_string().as_str(),
            row.outcome.as_str(),
            &row.name,
            row.product.as_deref().unwrap_or(""),
            row.certificate.as_deref().unwrap_or(""),
            &row.valid_until.map(|day| day.to_string()).unwrap_or_default(),
            &column,
            code,
            &detail,
        ]
        .map(|cell| harmless(cell).into_owned());
        writer.write_record(cells)?;
    }
    Ok(writer.flush()?)
}
