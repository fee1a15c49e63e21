"""A client as one would write it with gql: it reads the schema, checks its query against it, and asks."""

import json
import sys

from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport

client = Client(transport=RequestsHTTPTransport(url=sys.argv[1]), fetch_schema_from_transport=True)
query = gql(
    """
    query Screen($code: ID!, $on: Date) {
      product(code: $code, on: $on) {
        name { vi }
        certification { outcome stars }
        producer { products(first: 10) { nodes { name { vi } } } }
      }
    }
    """
)
product = client.execute(query, variable_values={"code": "P00000BY", "on": "2022-01-01"})["product"]
others = [node["name"]["vi"] for node in product["producer"]["products"]["nodes"]]
try:
    client.execute(gql("{ product(code: \"P00000BY\") { nmae } }"))
except Exception as error:  # gql raises graphql.GraphQLError: the schema that it read knows no such field
    refused = "nmae" in str(error)
print(json.dumps([product["name"]["vi"], product["certification"], others, refused], ensure_ascii=False))
