// Turns the GraphQL that LiteLLM's database client writes into the engine's JSON protocol, and answers back.
'use strict';

const { parse } = require('graphql');

const RAW = new Set(['queryRaw', 'executeRaw']);
const ROOT = new RegExp(
  '^(findUnique|findFirst|findMany|createOne|createMany|updateOne|updateMany|deleteOne|deleteMany|upsertOne|aggregate|groupBy)' +
    '(\\w+?)(OrThrow)?$',
);

function integer(text) {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : { $type: 'BigInt', value: text };
}

// Returns the plain value of one piece of GraphQL.
function valueOf(node) {
  switch (node.kind) {
    case 'NullValue':
      return null;
    case 'IntValue':
      return integer(node.value);
    case 'FloatValue':
      return Number(node.value);
    case 'ListValue':
      return node.values.map(valueOf);
    case 'ObjectValue':
      return Object.fromEntries(node.fields.map((field) => [field.name.value, valueOf(field.value)]));
    default: // StringValue, BooleanValue, EnumValue
      return node.value;
  }
}

function argumentsOf(field) {
  return Object.fromEntries((field.arguments ?? []).map((each) => [each.name.value, valueOf(each.value)]));
}

function selectionOf(set) {
  const wanted = {};
  for (const field of set?.selections ?? []) {
    const plain = !field.selectionSet && !field.arguments?.length;
    wanted[field.name.value] = plain || { arguments: argumentsOf(field), selection: selectionOf(field.selectionSet) };
  }
  return wanted;
}

const isMap = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && !('$type' in value);

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}

// A text for a field of JSON, however deep in a filter; a `path` names members and is no JSON itself.
function asJson(value, name) {
  if (name === 'path') return value;
  if (typeof value === 'string') return { $type: 'Json', value };
  if (Array.isArray(value)) return value.map((each) => asJson(each));
  return isMap(value) ? mapped(value, asJson) : value;
}

// The JSON protocol wants values of JSON fields marked, and only the schema tells which those are.
function marked(value, model, schema) {
  if (Array.isArray(value)) return value.map((each) => marked(each, model, schema));
  if (!isMap(value)) return value;
  return mapped(value, (inner, name) => {
    const type = schema.get(model)?.get(name);
    if (type === 'Json') return asJson(inner);
    return marked(inner, schema.has(type) ? type : model, schema);
  });
}

function bodyOf(field, schema) {
  const name = field.name.value;
  if (RAW.has(name)) return { action: name, query: { arguments: argumentsOf(field), selection: {} } };
  const found = ROOT.exec(name);
  if (!found) throw new Error(`nothing is known of ${name}`);
  const [, action, modelName, orThrow = ''] = found;
  const query = { arguments: marked(argumentsOf(field), modelName, schema), selection: selectionOf(field.selectionSet) };
  return { modelName, action: action + orThrow, query };
}

// Returns { body, answersTo, raw }: the question in the engine's own words, and how its answer is to be named.
function asQuestion(graphql, schema) {
  const [field] = parse(graphql, { noLocation: true }).definitions[0].selectionSet.selections;
  return { body: bodyOf(field, schema), answersTo: (field.alias ?? field.name).value, raw: field.name.value === 'queryRaw' };
}

function unmarked(value) {
  if (Array.isArray(value)) return value.map(unmarked);
  if (value === null || typeof value !== 'object') return value;
  if (!('$type' in value)) return mapped(value, unmarked);
  const whole = Number(value.value);
  return value.$type === 'BigInt' && Number.isSafeInteger(whole) ? whole : value.value;
}

function asAnswer(said, question) {
  if (said.errors) return said;
  const [value] = Object.values(said.data ?? {});
  return { data: { [question.answersTo]: question.raw ? value : unmarked(value) } }; // rows of raw SQL carry marks of their own
}

// What the engine throws is often JSON itself.
function asFailure(error) {
  let said = {};
  try {
    said = JSON.parse(error.message);
  } catch {
    // plain words
  }
  if (said.errors) return said;
  const reason = said.user_facing_error ?? { message: said.message ?? String(error.message), error_code: said.error_code, meta: said.meta ?? {} };
  return { errors: [{ error: reason.message, user_facing_error: { is_panic: false, ...reason } }] };
}

module.exports = { asQuestion, asAnswer, asFailure };
