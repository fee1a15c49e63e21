// An app as one would write it on the generated types; the compiler checks it, Node.js runs it.
import type { CheckedQuery, CheckedQueryVariables, ScreenQuery, ScreenQueryVariables } from "./generated";
import { readFileSync } from "node:fs";

const [url] = process.argv.slice(2);
const document = readFileSync("queries.graphql", "utf8");

async function ask<Data, Variables>(operationName: string, variables: Variables): Promise<Data> {
  const response = await fetch(url!, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: document, operationName, variables }),
  });
  const answer = (await response.json()) as { data: Data; errors?: unknown };
  if (!response.ok || answer.errors) throw new Error(JSON.stringify(answer));
  return answer.data;
}

const screen = await ask<ScreenQuery, ScreenQueryVariables>("Screen", { code: "P00000BY", on: "2022-01-01" });
const product = screen.product;
if (product?.certification.outcome !== "certified" || product.certification.stars !== 5) throw new Error("not what it is");
const others: string[] = product.producer?.products.nodes.map((other) => other.name.vi) ?? [];
if (others.length !== product.producer?.products.totalCount) throw new Error("not all products");

const checked = await ask<CheckedQuery, CheckedQueryVariables>("Checked", { identifiers: ["P00000BY", "P00000BX"] });
const said = checked.verifyBatch?.map((item) => (item.__typename === "Verification" ? item.outcome : item.error.code));
console.log(JSON.stringify([product.name.vi, others, said]));
