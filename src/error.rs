//! The catalogue of errors: what a client may be told, as plain data (RFC 9457).

use std::borrow::Cow;

/// Declares every problem: its variant, stable code, status, title in Vietnamese and in English.
macro_rules! catalogue {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $vi:literal, $en:literal;)+) => {
        /// A kind of problem. Its code never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code, the last part of the type's address.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// The title.
            pub const fn title(self) -> Text {
                match self { $(Self::$variant => Text { vi: Cow::Borrowed($vi), en: Cow::Borrowed($en) }),+ }
            }
        }
    };
}

catalogue! {
    /// The request cannot be read.
    MalformedRequest = "malformed-request", 400, "Yêu cầu không đọc được", "The request cannot be read";
    /// A query parameter that the address does not know.
    UnknownParameter = "unknown-parameter", 400, "Tham số không được hỗ trợ", "Unknown parameter";
    /// A parameter that may stand once stands twice.
    RepeatedParameter = "repeated-parameter", 400, "Tham số bị lặp lại", "Repeated parameter";
    /// A command without `Idempotency-Key`.
    KeyMissing = "idempotency-key-missing", 400, "Thiếu Idempotency-Key", "Idempotency-Key is needed";
    /// A required parameter is missing.
    MissingParameter = "missing-parameter", 400, "Thiếu tham số", "Missing parameter";
    /// A value that the parameter or member cannot take.
    InvalidValue = "invalid-value", 400, "Giá trị không hợp lệ", "Invalid value";
    /// Two parameters exclude each other.
    ConflictingParameters = "conflicting-parameters", 400, "Tham số mâu thuẫn", "Conflicting parameters";
    /// A member asked for by `fields` does not exist.
    UnknownField = "unknown-field", 400, "Trường không tồn tại", "Unknown field";
    /// A cursor that this registry did not give for this list.
    InvalidCursor = "invalid-cursor", 400, "Con trỏ trang không hợp lệ", "Invalid cursor";
    /// A date that is no calendar day or out of range.
    InvalidDate = "invalid-date", 400, "Ngày không hợp lệ", "Invalid date";
    /// The check character or digit is wrong: a typing error, not an unknown product.
    ChecksumFailed = "checksum-failed", 400, "Sai ký tự kiểm tra", "Check digit or character is wrong";
    /// An identifier of no known shape.
    MalformedIdentifier = "malformed-identifier", 400, "Mã định danh sai dạng", "Malformed identifier";
    /// A place name that names none or several.
    UnresolvedPlace = "unresolved-place", 400, "Không xác định được địa danh", "The place cannot be resolved";
    /// No token came where one is needed.
    AuthenticationRequired = "authentication-required", 401, "Cần mã truy cập", "A token is needed";
    /// The token cannot be trusted, or has expired.
    InvalidToken = "invalid-token", 401, "Mã truy cập không được chấp nhận", "The token is not accepted";
    /// The token is good, but what it says of the account does not make an actor.
    UnusableAccount = "unusable-account", 403, "Tài khoản chưa dùng được ở đây", "The account cannot be used here";
    /// The token's unit no longer exists.
    UnitEnded = "unit-ended", 403, "Đơn vị không còn tồn tại", "The unit has ended";
    /// The place is not one that the actor's council looks after.
    OutsideJurisdiction = "outside-jurisdiction", 403, "Ngoài địa bàn quản lý", "Outside the council's jurisdiction";
    /// Whoever drafted a decision does not publish it.
    FourEyes = "four-eyes", 403, "Cần người thứ hai phê duyệt", "A second person has to approve";
    /// The actor may not do this.
    Forbidden = "forbidden", 403, "Không có quyền", "Not permitted";
    /// A form that was not sent from a page of this registry.
    ForeignForm = "foreign-form", 403, "Biểu mẫu gửi từ nơi khác", "The form was sent from elsewhere";
    /// Nothing of this code is known.
    NotFound = "not-found", 404, "Không tìm thấy", "Not found";
    /// A query that asks for more than one request may.
    QueryTooLarge = "query-too-large", 400, "Truy vấn quá lớn", "The query asks too much";
    /// A persisted document that is not known here, or no longer.
    UnknownDocument = "unknown-document", 404, "Không biết tài liệu truy vấn này", "Unknown document";
    /// A document that is not on the list of those allowed.
    DocumentNotAllowed = "document-not-allowed", 403, "Tài liệu truy vấn không được phép", "The document is not allowed";
    /// No such address.
    UnknownPath = "unknown-path", 404, "Địa chỉ không tồn tại", "No such address";
    /// The address does not take this method.
    MethodNotAllowed = "method-not-allowed", 405, "Phương thức không được phép", "Method not allowed";
    /// No shape that the client accepts can be given.
    NotAcceptable = "not-acceptable", 406, "Không có định dạng được chấp nhận", "Not acceptable";
    /// What the thing is now does not allow this.
    IllegalTransition = "illegal-transition", 409, "Trạng thái hiện tại không cho phép", "Not allowed in this state";
    /// Somebody else has this number, code or name.
    Taken = "taken", 409, "Đã có trong sổ đăng ký", "Already taken";
    /// The same command is still running.
    KeyInFlight = "idempotency-key-in-flight", 409, "Yêu cầu cùng khóa đang được xử lý", "The same command is still running";
    /// What was to be changed has changed meanwhile.
    PreconditionFailed = "precondition-failed", 412, "Dữ liệu đã thay đổi", "It has changed meanwhile";
    /// The body is larger than allowed.
    PayloadTooLarge = "payload-too-large", 413, "Nội dung quá lớn", "Payload too large";
    /// The address is longer than allowed.
    AddressTooLong = "address-too-long", 414, "Địa chỉ quá dài", "The address is too long";
    /// The body's media type is not understood.
    UnsupportedMediaType = "unsupported-media-type", 415, "Kiểu nội dung không được hỗ trợ", "Unsupported media type";
    /// A key that was used for another command.
    KeyReused = "idempotency-key-reused", 422, "Khóa đã dùng cho yêu cầu khác", "The key was used for another command";
    /// The body names something that the registry does not know.
    UnknownThing = "unknown-thing", 422, "Không có trong sổ đăng ký", "The registry does not know it";
    /// A rule of the law or of the registry is broken.
    RuleBroken = "rule-broken", 422, "Trái quy định", "A rule is broken";
    /// A day that has not come yet.
    InTheFuture = "in-the-future", 422, "Ngày ở tương lai", "The day has not come yet";
    /// The authority may not recognise so many stars on that day.
    MayNotRecognise = "issuer-may-not-recognise", 422, "Không đúng thẩm quyền công nhận", "The issuer may not recognise this";
    /// The authority did not exist on that day.
    NotInOffice = "issuer-not-in-office", 422, "Cơ quan không tồn tại vào ngày ký", "The issuer did not exist on that day";
    /// A term that the law does not give.
    ContradictsTerm = "contradicts-term", 422, "Thời hạn trái quy định", "The term contradicts the law";
    /// Points that do not carry the stars.
    ContradictsStars = "contradicts-stars", 422, "Điểm không khớp hạng sao", "The points contradict the stars";
    /// More identifiers than one batch may have.
    TooManyIdentifiers = "too-many-identifiers", 422, "Quá nhiều mã định danh", "Too many identifiers";
    /// A change without `If-Match`.
    PreconditionRequired = "precondition-required", 428, "Thiếu If-Match", "If-Match is needed";
    /// A file that is no workbook, or not the one that is imported.
    UnreadableWorkbook = "unreadable-workbook", 422, "Không đọc được bảng tính", "The workbook cannot be read";
    /// More requests than agreed.
    RateLimited = "rate-limited", 429, "Quá nhiều yêu cầu", "Too many requests";
    /// Several imports are waiting.
    ImportsWaiting = "imports-waiting", 429, "Đang có nhiều tệp chờ nhập", "Several imports are waiting";
    /// A fault of the registry.
    Internal = "internal", 500, "Lỗi của hệ thống", "A fault of the registry";
    /// The registry cannot answer for now.
    Unavailable = "unavailable", 503, "Tạm thời không phục vụ được", "Temporarily unavailable";
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Vietnamese.
    pub vi: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

/// A sentence in both languages.
pub fn say(vi: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Text {
    Text { vi: vi.into(), en: en.into() }
}

/// Where in a request a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// A query or path parameter.
    Parameter(String),
    /// A place in the body, as JSON Pointer (RFC 6901).
    Pointer(String),
}

/// One fault of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub at: At,
    /// What kind.
    pub code: Code,
    /// The sentence.
    pub detail: Text,
}

/// A problem to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// The sentence.
    pub detail: Text,
    /// The faults of the request, where they can be named.
    pub faults: Vec<Fault>,
    /// Methods that the address takes, for 405.
    pub allow: Vec<String>,
    /// Seconds after which another try makes sense, for 429 and 503.
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem without named faults.
    pub fn new(code: Code, detail: Text) -> Self {
        Self { code, detail, faults: Vec::new(), allow: Vec::new(), retry_after: None }
    }

    /// A problem of one or more faults; its kind is that of the first.
    pub fn of_faults(faults: Vec<Fault>) -> Self {
        let code = faults.first().map_or(Code::MalformedRequest, |fault| fault.code);
        let detail = faults.first().map_or_else(|| code.title(), |fault| fault.detail.clone());
        Self { faults, ..Self::new(code, detail) }
    }

    /// A fault of one parameter.
    pub fn parameter(name: &str, code: Code, detail: Text) -> Self {
        Self::of_faults(vec![Fault { at: At::Parameter(name.into()), code, detail }])
    }

    /// A fault of one place in the body.
    pub fn pointer(pointer: impl Into<String>, code: Code, detail: Text) -> Self {
        Self::of_faults(vec![Fault { at: At::Pointer(pointer.into()), code, detail }])
    }

    /// Nothing is known under a code.
    pub fn not_found(code: &str) -> Self {
        Self::new(Code::NotFound, say(format!("Sổ đăng ký không có \"{code}\"."), format!("The registry has nothing under \"{code}\".")))
    }
}
