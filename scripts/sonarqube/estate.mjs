import { say } from '../lib/say.mjs';
import { analyse, findScanner, processed } from './project.mjs';
import {
  Administrator,
  makeGate,
  makeProject,
  makeStranger,
} from './setup.mjs';

/**
 * Brings a server into the states that Careplane must tell apart: a gate that
 * passed and one that failed (two analyses each, so that there is new code), a
 * first analysis, a gate that judges nothing, and a project never analysed.
 *
 * @param gate conditions of the sandbox's gate: equal states need equal gates
 * @returns what was made (tokens, and by state the project with its gate and
 *   analyses), and how to remove it from a server that stays
 */
export async function makeEstate({ url, token, java, node, folder }, gate) {
  const run = Date.now().toString(36);
  const administrator = new Administrator(url, { token });
  const scanner = await findScanner();
  const strict = `careplane-${run}`;
  const newCodeOnly = `careplane-new-code-${run}`;
  const onNewCode = gate.filter(({ metricKey }) =>
    metricKey.startsWith('new_'),
  );
  await makeGate(administrator, strict, gate);
  await makeGate(administrator, newCodeOnly, onNewCode);
  const states = {};
  const project = async (state, gateName) => {
    const key = `careplane-${run}-${state.replace(/ /g, '-')}`;
    await makeProject(administrator, key, gateName);
    states[state] = {
      project: key,
      gate: gateName === strict ? gate : onNewCode,
      analyses: [],
    };
  };
  const scan = async (state, options) => {
    const key = states[state].project;
    say(`Analysing ${key} ${options.version}`);
    const taskId = await analyse(
      scanner,
      { url, token, java, node, folder },
      { project: key, ...options },
    );
    const analysisId = await processed(administrator, taskId);
    states[state].analyses.push({
      version: options.version,
      revision: options.revision,
      taskId,
      analysisId,
    });
  };
  const first = { version: '1.0.0', parts: 1, revision: '1'.repeat(40) };
  const second = { version: '1.1.0', parts: 2, revision: '2'.repeat(40) };

  await project('passed', strict);
  await scan('passed', { ...first, covered: 1 });
  await scan('passed', { ...second, covered: 1 });
  await project('failed', strict);
  await scan('failed', { ...first, covered: 1 });
  await scan('failed', { ...second, covered: 0.25 });
  await project('first analysis', strict);
  await scan('first analysis', { ...first, covered: 1 });
  await project('nothing judged', newCodeOnly);
  await scan('nothing judged', first);
  await project('never analysed', strict);
  const login = `stranger-${run}`;
  const { strangerToken, restore } = await makeStranger(
    url,
    administrator,
    login,
    states.passed.project,
  );
  return {
    url,
    token,
    stranger: strangerToken,
    version: (await administrator.get('system/status')).version,
    states,
    async remove() {
      await restore();
      for (const { project: key } of Object.values(states)) {
        await administrator.post('projects/delete', { project: key });
      }
      for (const name of [strict, newCodeOnly])
        await administrator.post('qualitygates/destroy', { name });
      await administrator.post('users/deactivate', { login });
    },
  };
}
