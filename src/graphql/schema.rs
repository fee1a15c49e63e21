//! The schema as async-graphql knows it: it checks documents, tells about itself and writes its SDL.
//! It never answers about data; that is done by [`super::run`].

use super::model::{Argument, Field, Kind, MODEL, Ty, Type};
use async_graphql::dynamic::{
    Enum, EnumItem, Field as DynamicField, FieldFuture, FieldValue, InputObject, InputValue, Interface, InterfaceField, Object, Scalar,
    Schema, SchemaBuilder, TypeRef, Union,
};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Response, SDLExportOptions, ValidationMode};
use std::sync::{Arc, LazyLock};

/// The schema, for two uses.
pub(super) struct Schemas {
    /// Checks documents by every rule and carries nothing out.
    pub(super) checking: Schema,
    /// Answers questions about the schema, of documents that are checked already.
    pub(super) telling: Schema,
}

/// The schema. It is the same in every process of this version.
#[expect(clippy::expect_used, reason = "the schema depends on nothing but the program, and a test builds it")]
pub(super) static SCHEMA: LazyLock<Schemas> = LazyLock::new(|| Schemas {
    checking: builder().extension(Checking).finish().expect("the types fit together"),
    telling: builder().validation_mode(ValidationMode::Fast).finish().expect("the types fit together"),
});

/// The schema in its own language, sorted.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .use_space_ident()
        .prefer_single_line_descriptions()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    SCHEMA.telling.sdl_with_options(options)
}

/// Ends after validation.
struct Checking;

impl ExtensionFactory for Checking {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Checking {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}

fn builder() -> SchemaBuilder {
    // Limits are looked at before a document comes here.
    let builder = Schema::build("Query", None, None).limit_recursive_depth(200);
    MODEL.values().fold(builder, register)
}

fn register(builder: SchemaBuilder, ty: &'static Type) -> SchemaBuilder {
    let (name, about) = (ty.name.as_str(), ty.about.as_str());
    match &ty.kind {
        Kind::Object(fields) => {
            let object = fields.iter().fold(Object::new(name).description(about), |object, field| object.field(dynamic(field)));
            builder.register(if ty.node { object.implement("Node") } else { object })
        }
        Kind::Node(fields) => {
            let field = |field: &Field| InterfaceField::new(field.name.as_str(), reference(&field.ty)).description(field.about.as_str());
            builder.register(fields.iter().fold(Interface::new(name).description(about), |node, of| node.field(field(of))))
        }
        Kind::Union(members) => {
            let union = members.iter().fold(Union::new(name).description(about), |union, member| union.possible_type(member.as_str()));
            builder.register(union)
        }
        Kind::Words(words) => builder.register(words.iter().fold(Enum::new(name).description(about), |words, word| {
            words.item(EnumItem::new(word.name.as_str()).description(word.about.as_str()))
        })),
        Kind::Input(members) => {
            builder.register(members.iter().fold(InputObject::new(name).description(about), |object, member| object.field(input(member))))
        }
        Kind::Scalar(at) => builder.register(Scalar::new(name).description(about).specified_by_url(*at)),
    }
}

fn dynamic(field: &Field) -> DynamicField {
    let made = DynamicField::new(field.name.as_str(), reference(&field.ty), |_| FieldFuture::new(async { Ok(None::<FieldValue<'_>>) }));
    field.arguments.iter().fold(made.description(field.about.as_str()), |made, argument| made.argument(input(argument)))
}

fn input(argument: &Argument) -> InputValue {
    InputValue::new(argument.name, reference(&argument.ty)).description(argument.about)
}

fn reference(ty: &Ty) -> TypeRef {
    let name = ty.name.as_str();
    match (ty.list, ty.required) {
        (false, false) => TypeRef::named(name),
        (false, true) => TypeRef::named_nn(name),
        // The one list with gaps says for each id what there is.
        (true, _) if name == "Node" => TypeRef::named_list(name),
        (true, false) => TypeRef::named_nn_list(name),
        (true, true) => TypeRef::named_nn_list_nn(name),
    }
}
