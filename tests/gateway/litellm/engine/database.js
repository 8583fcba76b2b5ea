// Opens Prisma's WASM engine on a PostgreSQL database.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const pg = require('pg');
const { PrismaPg } = require('@prisma/adapter-pg');
const { bindAdapter } = require('@prisma/driver-adapter-utils');

const MOST_CONNECTIONS = 20;
const NAME = 19;
const NAMES = 1003;
const TEXT = 25;
const TEXTS = 1009;
const parseTexts = pg.types.getTypeParser(TEXTS, 'text');

// PostgreSQL's own type of its catalogue's names, which the adapter does not know and LiteLLM asks for: plain text here.
function namesAsTexts(result) {
  result.fields?.forEach((field, column) => {
    if (field.dataTypeID === NAME) field.dataTypeID = TEXT;
    if (field.dataTypeID !== NAMES) return;
    field.dataTypeID = TEXTS;
    for (const row of result.rows) if (typeof row[column] === 'string') row[column] = parseTexts(row[column]);
  });
  return result;
}

class Client extends pg.Client {
  query(...words) {
    const last = words.at(-1);
    if (typeof last === 'function') {
      words[words.length - 1] = (error, result) => last(error, result && namesAsTexts(result));
      return super.query(...words);
    }
    const asked = super.query(...words);
    return typeof asked?.then === 'function' ? asked.then(namesAsTexts) : asked;
  }
}

// Prisma's own words in the address mean nothing to the driver.
function plainAddress(url) {
  const address = new URL(url);
  address.search = '';
  return address.toString();
}

async function openEngine(datamodel, url) {
  const runtime = path.join(path.dirname(require.resolve('@prisma/client/package.json')), 'runtime');
  const glue = require(path.join(runtime, 'query_engine_bg.postgresql.js'));
  const program = new WebAssembly.Module(fs.readFileSync(path.join(runtime, 'query_engine_bg.postgresql.wasm')));
  const { exports: wasm } = new WebAssembly.Instance(program, { './query_engine_bg.js': glue });
  glue.__wbg_set_wasm(wasm);
  wasm.__wbindgen_start?.();
  const pool = new pg.Pool({ connectionString: plainAddress(url), max: MOST_CONNECTIONS, Client });
  pool.on('error', () => {}); // an idle connection went; the next question opens another
  const how = {
    datamodel,
    logLevel: 'error',
    logQueries: false,
    datasourceOverrides: {},
    configDir: '.',
    env: {},
    engineProtocol: 'json',
    enableTracing: false,
  };
  const engine = new glue.QueryEngine(how, () => {}, bindAdapter(new PrismaPg(pool)));
  await engine.connect('{}');
  return { engine, close: () => pool.end() };
}

module.exports = { openEngine };
