// A test that has this module has the shapes of calls and rules, the identifiers and the client too.
@_exported import AdminAPI
@_exported import OfficialAccount
@_exported import OfficialAccountClient
