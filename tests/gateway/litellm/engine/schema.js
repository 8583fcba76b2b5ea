// Knows the types of the fields of a Prisma schema, as far as a question's values depend on them.
'use strict';

const MODEL = /^model\s+(\w+)\s*\{$/;
const FIELD = /^(\w+)\s+(\w+)/;

// Returns, for each model, the type of each of its fields: Map { model → Map { field → type } }.
function schemaOf(datamodel) {
  const models = new Map();
  let fields = null;
  for (const raw of datamodel.split('\n')) {
    const line = raw.trim();
    const model = MODEL.exec(line);
    const field = FIELD.exec(line);
    if (model) models.set(model[1], (fields = new Map()));
    else if (line === '}') fields = null;
    else if (fields && field) fields.set(field[1], field[2]);
  }
  return models;
}

module.exports = { schemaOf };
