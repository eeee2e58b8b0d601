// Judges GraphQL documents by GitHub's own schema and its published cost rules.
//   node documents.mjs DOCUMENTS.json
// https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
import { readFileSync } from 'node:fs';
import * as graphql from 'graphql';

const MOST_POINTS = 2;
const MOST_NODES = 500_000;

const text = readFileSync(new URL('node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url), 'utf8');
// Two fields are defined twice in GitHub's own file.
const schema = graphql.buildSchema(text, { assumeValidSDL: true });
const rules = [...graphql.specifiedRules, graphql.NoDeprecatedCustomRule];

/** A connection costs as many requests as all that contain it have nodes; a hundred requests are a point. */
function cost(document) {
  let requests = 0;
  let nodes = 0;
  const operation = document.definitions.find(definition => definition.kind === 'OperationDefinition');
  (function walk(selections, type, times) {
    for (const field of selections) {
      if (field.kind === 'InlineFragment') {
        walk(field.selectionSet.selections, schema.getType(field.typeCondition.name.value), times);
        continue;
      }
      const known = type.getFields?.()[field.name.value];
      if (!known) continue;
      const inner = graphql.getNamedType(known.type);
      let within = times;
      if (inner.name.endsWith('Connection')) {
        const first = Number(field.arguments?.find(argument => argument.name.value === 'first')?.value.value);
        if (!(first >= 1 && first <= 100)) throw new Error(`${field.name.value} is not bounded`);
        requests += times;
        within = times * first;
        nodes += within;
      }
      if (field.selectionSet) walk(field.selectionSet.selections, inner, within);
    }
  })(operation.selectionSet.selections, schema.getQueryType(), 1);
  return { points: Math.max(1, Math.round(requests / 100)), requests, nodes };
}

let wrong = 0;
const documents = JSON.parse(readFileSync(process.argv[2], 'utf8'));
if (documents.length < 4) throw new Error('there are fewer documents than openly has');
for (const source of documents) {
  const document = graphql.parse(source);
  const name = document.definitions[0].name.value;
  const problems = graphql.validate(schema, document, rules).map(problem => problem.message);
  const { points, requests, nodes } = cost(document);
  if (points > MOST_POINTS) problems.push(`it costs ${points} points`);
  if (nodes > MOST_NODES) problems.push(`it asks for ${nodes} nodes`);
  console.log(`${name}: ${points} points, ${requests} requests, ${nodes} nodes, ${problems.length} problems`);
  problems.forEach(problem => console.log(`  ${problem}`));
  wrong += problems.length;
}
process.exit(wrong ? 1 : 0);
