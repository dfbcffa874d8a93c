// Lines that harden nothing, by type; `*` is for every type. The reason is shown
// in the table of mutations.

const NAMES = 'a name: what is protected does not change';
const TAGS = 'the tags that rules ask for come from the provider';

export default {
  '*': { name: NAMES, tags: TAGS },
};
