/** Names of the parameters that a template declares. */
export function declaredParameters(template: string): string[] {
  const section = template.split(/^Parameters:\n/m)[1]?.split(/^\S/m)[0] ?? '';
  return [...section.matchAll(/^ {2}(\w+):/gm)].map(match => match[1]);
}

/** The values that have one of these names. */
export function pick(values: Record<string, string>, names: string[]) {
  return Object.fromEntries(
    names.flatMap(name =>
      values[name] === undefined ? [] : [[name, values[name]]],
    ),
  );
}
