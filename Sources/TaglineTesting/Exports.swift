// A test that imports this module has the client, the identifiers, and the values of calls and fault rules too.
@_exported public import AdminAPI
@_exported public import OfficialAccount
@_exported public import OfficialAccountClient
