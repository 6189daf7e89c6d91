extension WordTable {
    /// The sentences of ``ConsoleMistake``.
    static let mistakes = """
        mistake_unsure | tick the box first | 请先勾选确认
        mistake_changed | someone else has changed this value to "{value}" since the page was loaded; the page now shows the new value | 期间他人已将其改为“{value}”，页面现已显示新值
        mistake_newer_secret | someone else has given the account a new secret since this page was loaded; another new secret would end that one | 打开页面后他人已为该账号更换密钥；再次更换会使那个密钥失效
        mistake_not_findable | {text} is not an openid, a rid or an errcode | {text} 不是 openid、rid 或 errcode
        mistake_no_mark | there is no mark {name} | 没有标记 {name}
        mistake_no_call | call {n} is not in the journal any more | 第 {n} 条调用已不在记录中
        mistake_not_repeatable | this call cannot be sent again | 此调用不能重新发送
        mistake_no_span | give the distance as a whole number and s, m, h or d, such as 90m or 2h | 请填写整数和单位 s、m、h 或 d，如 90m 或 2h
        mistake_no_seconds | give the time in Unix seconds | 请填写 Unix 秒
        mistake_many_imports | this file is being imported already, or {n} others are; wait until one has ended | 此文件正在导入，或已有 {n} 个文件在导入；请等其中一个结束
        mistake_no_count | there is no such count | 没有这样的统计
        mistake_failed | the page could not be made | 页面无法生成
        """
}
