// Starts GraphiQL with example queries on real data, each in a tab of its own.
const examples = [
  `# Is this product certified today? By registry code, barcode or official product code.
query IsItCertified {
  verify(identifier: "P00000MC") {
    outcome
    status
    stars
    validUntil
    decision { number signedOn issuer { name { vi } } }
    permittedClaim { vi en }
  }
}
`,
  `# One screen in one request: a product, who makes it, and what else they make.
query ProductScreen($code: ID! = "P00000BY") {
  product(code: $code) {
    name { vi en }
    certification { outcome stars validUntil }
    certificates { stars validFrom validUntil decision { number } }
    producer {
      name
      products(first: 10) { nodes { code name { vi } certification { outcome stars } } }
    }
  }
}
`,
  `# Search without diacritics, with counts.
query Honey {
  products(q: "mat ong", first: 5, facets: [stars, province]) {
    totalCount
    edges { cursor node { code name { vi } producer { name } place { now { name } } } }
    pageInfo { endCursor hasNextPage }
    facets { by values { value products } }
  }
}
`,
  `# A province today: its producers, its products, and the decisions behind their certificates.
query Province {
  place(key: "VN34-51") {
    name { vi }
    producers(first: 5) { totalCount nodes { name } }
    products(status: [valid], first: 5) {
      nodes {
        name { vi }
        certificates { decision { number signedOn products(first: 3) { nodes { code name { vi } } } } }
      }
    }
  }
}
`,
  `# How many, by what.
query Counts {
  stats(by: [status, stars]) {
    countingRule
    products
    certified
    breakdowns { by values { value products certified } }
  }
}
`,
];
const fetcher = GraphiQL.createFetcher({ url: "/graphql", headers: { Accept: "application/graphql-response+json, application/json" } });
const tabs = examples.map((query) => ({ query }));
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, { fetcher, defaultTabs: tabs, defaultQuery: examples[0], defaultEditorToolsVisibility: true }),
);
