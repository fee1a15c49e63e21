//! Clients that others wrote: the audits of the HTTP specification, a code generator for TypeScript, and
//! a client for Python. Their packages come from npm and PyPI, pinned in `clients/`.

use crate::support::program::Served;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/graphql/clients");

/// Runs a program in a directory and returns what it printed.
fn ran(directory: &Path, program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).envs(variables.iter().copied());
    let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}; tests/run installs it on Debian"));
    let told = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?}: {told}");
    String::from_utf8(output.stdout).expect("text")
}

/// A directory with the clients and the packages that they need, made once and kept with the build.
fn packages() -> &'static Path {
    static PACKAGES: OnceLock<PathBuf> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("graphql-clients");
        std::fs::create_dir_all(&directory).expect("a directory");
        let known = std::fs::read(directory.join("package-lock.json")).ok();
        for file in std::fs::read_dir(SOURCES).expect("the clients") {
            let file = file.expect("a file");
            std::fs::copy(file.path(), directory.join(file.file_name())).expect("copied");
        }
        let wanted = std::fs::read(directory.join("package-lock.json")).ok();
        if known != wanted || !directory.join("node_modules/.package-lock.json").exists() {
            ran(&directory, "npm", &["ci", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", "--legacy-peer-deps"], &[]);
        }
        if !directory.join("venv/bin/gql-cli").exists() {
            ran(&directory, "python3", &["-m", "venv", "--clear", "venv"], &[]);
            ran(&directory, "venv/bin/pip", &["install", "--quiet", "--requirement", "requirements.txt"], &[]);
        }
        directory
    })
}

/// The sample, served, and the address of its GraphQL door.
fn served(scratch: &Path) -> (Served, String) {
    let served = Served::start(scratch, &["--sample", "--rate-limit", "1000000"]);
    let url = format!("http://{}/graphql", served.address);
    (served, url)
}

#[test]
fn every_audit_of_the_http_specification_passes() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (_served, url) = served(scratch.path());
    let told = ran(packages(), "node", &["audits.mjs", &url], &[]);
    assert!(told.contains(" 0 not passed"), "{told}");
}

#[test]
fn types_are_generated_for_typescript_and_an_app_is_built_on_them() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (_served, url) = served(scratch.path());
    let directory = packages();
    ran(directory, "node", &["node_modules/@graphql-codegen/cli/cjs/bin.js", "--config", "codegen.yml"], &[("URL", &url)]);
    let compiled = scratch.path().join("out");
    let out = compiled.to_str().expect("a path");
    let arguments = [
        "node_modules/typescript/bin/tsc",
        "--strict",
        "--noUncheckedIndexedAccess",
        "--skipLibCheck",
        "--target",
        "es2022",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "--lib",
        "es2022,dom",
        "--types",
        "node",
        "--outDir",
        out,
        "app.ts",
    ];
    ran(directory, "node", &arguments, &[]);
    std::fs::rename(compiled.join("app.js"), compiled.join("app.mjs")).expect("it was compiled");
    let told = ran(directory, "node", &[compiled.join("app.mjs").to_str().expect("a path"), &url], &[]);
    assert_eq!(told.trim(), r#"["Trà xanh",["Trà xanh","Hồng trà"],["undetermined","checksum-failed"]]"#);
}

#[test]
fn a_python_client_reads_the_schema_and_asks() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (_served, url) = served(scratch.path());
    let told = ran(packages(), "venv/bin/python", &["client.py", &url], &[]);
    assert_eq!(told.trim(), r#"["Trà xanh", {"outcome": "certified", "stars": 5}, ["Trà xanh", "Hồng trà"], true]"#);
}

#[test]
fn the_pages_assets_are_those_of_the_packages() {
    let (assets, packages) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("src/graphql/assets"), packages().join("node_modules"));
    for (asset, origin) in [
        ("graphiql.min.js.gz", "graphiql/graphiql.min.js"),
        ("graphiql.min.css.gz", "graphiql/graphiql.min.css"),
        ("react.production.min.js.gz", "react/umd/react.production.min.js"),
        ("react-dom.production.min.js.gz", "react-dom/umd/react-dom.production.min.js"),
    ] {
        let packed = std::fs::read(assets.join(asset)).expect("an asset");
        let origin = std::fs::read(packages.join(origin)).expect("a package's file");
        assert!(ocop_registry::http::encode::unpacked(&packed) == origin, "{asset}");
    }
}
