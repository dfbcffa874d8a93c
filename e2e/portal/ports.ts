/** Ports of the journeys' own portal, beside one that `npm start` runs. */
export function journeyPorts(env = process.env) {
  return {
    portal: Number(env.CAREPLANE_PORT ?? 27007),
    aws: Number(env.CAREPLANE_SANDBOX_PORT ?? 24566),
    oidc: Number(env.CAREPLANE_OIDC_PORT ?? 24567),
    sonar: Number(env.CAREPLANE_SONAR_PORT ?? 24568),
  };
}
