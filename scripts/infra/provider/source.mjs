// Takes the generated TypeScript apart: classes, their members, and what the
// serialisers say of each member.

const MAP = 'sourceMappingURL=data:application/json;base64,';

/** The TypeScript that an `index.js` was compiled from, out of its source map. */
export function typescriptOf(javascript) {
  const at = javascript.lastIndexOf(MAP);
  if (at < 0) return undefined;
  const map = javascript.slice(at + MAP.length).trim();
  return JSON.parse(Buffer.from(map, 'base64').toString()).sourcesContent[0];
}

/** Class name → `{base, body}` of every exported class. */
export function classesOf(typescript) {
  const found = new Map();
  const starts = [
    ...typescript.matchAll(
      /^export class (\w+) extends (?:cdktn|cdktf)\.(\w+)/gm,
    ),
  ];
  for (const start of starts) {
    const end = typescript.indexOf('\n}', start.index);
    found.set(start[1], {
      base: start[2],
      body: typescript.slice(start.index, end),
    });
  }
  return found;
}

/** The attributes of a class body, with the code that belongs to each. */
export function membersOf(body) {
  const announced = [
    ...body.matchAll(
      /^ {2}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)$/gm,
    ),
  ];
  return announced.map((match, index) => {
    const start = match.index + match[0].length;
    const next = announced[index + 1]?.index ?? body.length;
    const banner = body.indexOf('\n  // =====', start);
    const end = banner > 0 && banner < next ? banner : next;
    return {
      name: match[1],
      computed: match[2] === 'true',
      optional: match[3] === 'true',
      required: match[4] === 'true',
      code: body.slice(start, end),
    };
  });
}

const ROW =
  /^ {4,6}(\w+): \{\n\s+value: [^\n]*\n\s+isBlock: (true|false),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)",\n/gm;

/** Attribute → `{isBlock, type, storage}` of a serialiser's text. */
function rowsOf(text) {
  const rows = new Map();
  for (const [, name, isBlock, type, storage] of text.matchAll(ROW)) {
    rows.set(name, { isBlock: isBlock === 'true', type, storage });
  }
  return rows;
}

/** Lower-case struct name → rows of its `…ToHclTerraform` function. */
export function serialisersOf(typescript) {
  const found = new Map();
  for (const match of typescript.matchAll(
    /^export function (\w+)ToHclTerraform\(/gm,
  )) {
    const end = typescript.indexOf('\n}', match.index);
    found.set(
      match[1].toLowerCase(),
      rowsOf(typescript.slice(match.index, end)),
    );
  }
  return found;
}

/** Rows of a resource class's own `synthesizeHclAttributes()`. */
export function ownRowsOf(body) {
  const at = body.indexOf('synthesizeHclAttributes()');
  return at < 0 ? new Map() : rowsOf(body.slice(at));
}
