//! The tables, as both sets of migrations make them.
#![expect(missing_docs, reason = "the migrations describe the columns")]

diesel::table! {
    ledger (position) {
        position -> BigInt,
        at -> Timestamp,
        actor -> Text,
        command -> Text,
        action -> Text,
        noun -> Text,
        noun_id -> BigInt,
        body -> Text,
        cause -> Nullable<Text>,
    }
}

diesel::table! {
    producers (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        match_key -> Text,
        form -> Text,
        place -> Text,
        province -> Text,
        source -> Text,
        source_url -> Nullable<Text>,
        merged_into -> Nullable<BigInt>,
    }
}

diesel::table! {
    producer_identifiers (id) {
        id -> BigInt,
        producer_id -> BigInt,
        kind -> Text,
        value -> Text,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    products (id) {
        id -> BigInt,
        producer_id -> Nullable<BigInt>,
        name_vi -> Text,
        name_en -> Nullable<Text>,
        group_no -> Nullable<SmallInt>,
        set_no -> Nullable<SmallInt>,
        place -> Text,
        source -> Text,
        source_url -> Nullable<Text>,
        merged_into -> Nullable<BigInt>,
    }
}

diesel::table! {
    product_names (id) {
        id -> BigInt,
        product_id -> BigInt,
        name_vi -> Text,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    product_gtins (id) {
        id -> BigInt,
        product_id -> BigInt,
        gtin -> Text,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    decisions (id) {
        id -> BigInt,
        kind -> Text,
        number -> Nullable<Text>,
        number_key -> Nullable<Text>,
        issuer -> Nullable<Text>,
        signed_on -> Nullable<Date>,
        round_year -> Nullable<Integer>,
        source -> Text,
        source_url -> Nullable<Text>,
        document_sha256 -> Nullable<Text>,
        annuls -> Nullable<BigInt>,
    }
}

diesel::table! {
    certificates (id) {
        id -> BigInt,
        product_id -> BigInt,
        decision_id -> Nullable<BigInt>,
        issuer -> Nullable<Text>,
        regime -> Nullable<Text>,
        stars -> Nullable<SmallInt>,
        score -> Nullable<Integer>,
        official_code -> Nullable<Text>,
        round_year -> Nullable<Integer>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        name_then -> Text,
        place_then -> Text,
        warning -> Nullable<Text>,
        source -> Text,
        source_url -> Nullable<Text>,
        merged_into -> Nullable<BigInt>,
    }
}

diesel::table! {
    acts (id) {
        id -> BigInt,
        certificate_id -> BigInt,
        decision_id -> Nullable<BigInt>,
        kind -> Text,
        effective_on -> Date,
        until -> Nullable<Date>,
        ground -> Nullable<Text>,
    }
}

diesel::table! {
    post_checks (id) {
        id -> BigInt,
        product_id -> BigInt,
        unit -> Text,
        basis -> Text,
        carried_out_on -> Date,
        findings -> Text,
        deadline -> Nullable<Date>,
        outcome -> Nullable<Text>,
        concluded_on -> Nullable<Date>,
        decision_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    drafts (id) {
        id -> BigInt,
        unit -> Text,
        state -> Text,
        body -> Text,
        revision -> BigInt,
        drafted_by -> Text,
        changed_by -> Text,
        changed_at -> Timestamp,
        decision_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    planned_checks (id) {
        id -> BigInt,
        unit -> Text,
        product_id -> BigInt,
        due_on -> Date,
        reason -> Text,
        state -> Text,
        post_check_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    saved_answers (subject, key) {
        subject -> Text,
        key -> Text,
        fingerprint -> Text,
        at -> Timestamp,
        answer -> Text,
    }
}

diesel::table! {
    commands (id) {
        id -> BigInt,
        at -> Timestamp,
        subject -> Text,
        unit -> Text,
        command -> Text,
        about -> Text,
        position -> BigInt,
    }
}

diesel::table! {
    records (product_id) {
        product_id -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    listings (product_id, first_day) {
        product_id -> BigInt,
        first_day -> Integer,
        last_day -> Integer,
        standing -> Text,
        stars -> SmallInt,
        valid_until -> Integer,
        regime -> Text,
        group_no -> SmallInt,
        set_no -> SmallInt,
        form -> Text,
        producer_id -> BigInt,
        province_now -> Text,
        province_then -> Text,
        district_then -> Text,
        commune_now -> Text,
        commune_then -> Text,
        name_key -> Text,
    }
}

diesel::table! {
    import_jobs (id) {
        id -> BigInt,
        unit -> Text,
        subject -> Text,
        actor -> Text,
        state -> Text,
        media -> Text,
        sheet -> Nullable<Text>,
        dry_run -> Bool,
        partial -> Bool,
        file -> Nullable<Binary>,
        file_sha256 -> Nullable<Text>,
        rows -> BigInt,
        attempts -> BigInt,
        created_at -> Timestamp,
        started_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        kept -> Nullable<Bool>,
        position -> Nullable<BigInt>,
        summary -> Nullable<Text>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    import_rows (job_id, line) {
        job_id -> BigInt,
        line -> BigInt,
        outcome -> Text,
        body -> Text,
    }
}

diesel::table! {
    label_reports (id) {
        id -> BigInt,
        product_id -> BigInt,
        province_now -> Text,
        reported_on -> Date,
        kind -> Text,
        seen_at -> Text,
        note -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    ledger,
    producers,
    producer_identifiers,
    products,
    product_names,
    product_gtins,
    decisions,
    certificates,
    acts,
    post_checks,
    drafts,
    planned_checks,
    saved_answers,
    commands,
    records,
    listings
);
