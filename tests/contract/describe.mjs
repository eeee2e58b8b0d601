// Makes GitHub's description of its REST interface fit for Prism, with only the paths that openly uses.
//   node describe.mjs DESCRIPTION.json OUT.json
// What it changes, and why:
// - Real clients ask for `application/vnd.github+json`, and the description lists `application/json` only: it is listed as both.
// - The `Link` and `Location` headers of its examples lead to api.github.com: they are left out.
// - GraphQL is not in it: its address is added, for any query.
import { readFileSync, writeFileSync } from 'node:fs';

const [, , from, to] = process.argv;
const whole = JSON.parse(readFileSync(from, 'utf8'));
const used = [
  '/app/installations/{installation_id}/access_tokens',
  '/repos/{owner}/{repo}',
  ...[
    'actions/artifacts/{artifact_id}/{archive_format}', 'actions/runs/{run_id}/artifacts', 'branches/{branch}', 'check-runs', 'check-runs/{check_run_id}', 'commits/{ref}/check-runs', 'installation',
    'issues/comments/{comment_id}', 'issues/{issue_number}/comments', 'private-vulnerability-reporting', 'pulls',
    'rules/branches/{branch}', 'teams',
  ].map(path => `/repos/{owner}/{repo}/${path}`),
];
const paths = {};
for (const path of used) {
  if (!whole.paths[path]) throw new Error(`GitHub describes no ${path}`);
  paths[path] = whole.paths[path];
}
const components = {};
const seen = new Set();
(function keep(value) {
  if (Array.isArray(value)) return value.forEach(keep);
  if (!value || typeof value !== 'object') return;
  if (typeof value.$ref === 'string' && !seen.has(value.$ref)) {
    seen.add(value.$ref);
    const [, , kind, name] = value.$ref.split('/');
    (components[kind] ??= {})[name] = whole.components[kind][name];
    keep(components[kind][name]);
  }
  Object.values(value).forEach(keep);
})(paths);
const answers = [...Object.values(paths).flatMap(Object.values).map(operation => operation?.responses ?? {}), components.responses ?? {}];
for (const answer of answers.flatMap(Object.values)) {
  const json = answer.content?.['application/json'];
  if (json) answer.content['application/vnd.github+json'] ??= json;
  delete answer.headers?.Link;
  delete answer.headers?.Location;
}
const any = { type: 'object' };
const query = { type: 'object', required: ['query'], properties: { query: { type: 'string' }, variables: any } };
const json = schema => ({ content: { 'application/json': { schema }, 'application/vnd.github+json': { schema } } });
paths['/graphql'] = { post: { requestBody: { required: true, ...json(query) }, responses: { 200: { description: 'Data', ...json(any) } } } };
writeFileSync(to, JSON.stringify({ openapi: whole.openapi, info: whole.info, servers: [{ url: '/' }], paths, components }));
