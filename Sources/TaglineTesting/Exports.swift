// A test that imports this module has the client, the identifiers, and the values of calls and fault rules too.
@_exported import AdminAPI
@_exported import OfficialAccount
@_exported import OfficialAccountClient
