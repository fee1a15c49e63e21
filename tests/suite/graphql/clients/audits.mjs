// Every audit of the GraphQL-over-HTTP specification that the package graphql-http has.
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const audits = serverAudits({ url, fetchFn: fetch });
let failed = 0;
for (const audit of audits) {
  const { status, reason } = await audit.fn();
  if (status !== "ok") {
    failed += 1;
    console.error(`${audit.id} ${audit.name}: ${status} ${reason ?? ""}`);
  }
}
console.log(`${audits.length} audits, ${failed} not passed`);
process.exit(failed === 0 && audits.length > 50 ? 0 : 1);
