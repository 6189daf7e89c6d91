/// The HTML of the authorisation page.
enum AuthorizationForm {
    static let markup = """
        <!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>{{title}}</title><style>\(style)</style><main><h1>{{title}}</h1>{{#problem}}<p>{{problem}}</p>{{/problem}}
        {{#platform}}<p>第三方平台 <code>{{platform}}</code> 请求授权。<br>
        The third-party platform asks for an authorisation.</p>
        <form method="post" action="{{action}}"><input type="hidden" name="component_appid" value="{{platform}}">
        <input type="hidden" name="pre_auth_code" value="{{code}}"><input type="hidden" name="redirect_uri" value="{{redirect}}">
        <fieldset><legend>账号 · Account</legend>{{#accounts}}<label><input type="radio" name="appid" value="{{appid}}"{{#first}} required{{/first}}> {{appid}}
        <small>{{#service}}服务号 · service{{/service}}{{^service}}订阅号 · subscription{{/service}}{{^certified}} · 未认证 not certified{{/certified}}</small></label>{{/accounts}}</fieldset>
        <fieldset><legend>权限集 · Permission sets</legend>{{#sets}}<label><input type="checkbox" name="set" value="{{id}}" checked> {{id}}
        <small>{{name}}</small></label>{{/sets}}</fieldset>
        <button type="submit">授权 · Authorise</button></form>{{/platform}}
        <footer>Tagline sandbox</footer></main></html>
        """

    private static let style = """
        body{font:16px/1.6 system-ui,sans-serif;background:#f5f6f7;color:#1b1d1f;margin:0}
        main{max-width:34rem;margin:3rem auto;padding:2rem;background:#fff;border-radius:12px}
        h1{font-size:1.3rem;margin-top:0}fieldset{border:1px solid #d8dbde;border-radius:8px;margin:1rem 0;padding:.5rem 1rem}
        label{display:block;padding:.25rem 0}small{color:#5c6166}button{font:inherit;padding:.6rem 1.4rem;border:0;
        border-radius:8px;background:#07804a;color:#fff;cursor:pointer}footer{margin-top:2rem;color:#5c6166;font-size:.8rem}
        """
}
