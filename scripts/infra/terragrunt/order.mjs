// The order in which units would be applied.

/**
 * @param edges - Map of module → modules that it depends on
 * @returns {string[]|undefined} the modules of one cycle, first one repeated
 */
export function findCycle(edges) {
  const done = new Set();
  const visit = (name, path) => {
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    if (done.has(name)) return undefined;
    for (const next of edges.get(name) ?? []) {
      const cycle = visit(next, [...path, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of edges.keys()) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Modules, each after all that it depends on; by name where that leaves a choice. */
export function inOrder(edges) {
  const order = [];
  const visit = name => {
    if (order.includes(name)) return;
    [...(edges.get(name) ?? [])].sort().forEach(visit);
    order.push(name);
  };
  [...edges.keys()].sort().forEach(visit);
  return order;
}
