// Real servers and databases are started, on machines that do other things too.
jest.setTimeout(60_000);
