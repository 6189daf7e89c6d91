extension WordTable {
    /// The sentences of the screen of faults.
    static let faults = """
        rules | Fault rules | 故障规则
        rule | Rule | 规则
        which_calls | Which calls | 哪些调用
        does | Does | 动作
        met | Met | 命中
        fired | Fired | 触发
        turn_on | Turn on | 打开
        turn_off | Turn off | 关闭
        on | on | 已打开
        clear_faults | Clear all faults | 清除全部故障
        no_faults | No fault is on. Turn a scenario on, or add a rule, and call the API. With curl: | 当前没有故障。打开一个场景或新增规则，然后调用接口。用 curl：
        scenarios | Scenarios | 场景
        scenario | Scenario | 场景
        what_it_is | What happens | 会发生什么
        new_rule | A new rule | 新规则
        skip_calls | Let through first | 先放过次数
        fire_times | Fire how many times | 触发次数
        always | always | 总是
        chance | Chance, 0 to 1 | 概率，0 至 1
        holds_for | Holds for | 有效时长
        at_stage | When | 何时
        stage_usual | chosen to fit the answer | 按返回内容自动选择
        stage_arrival | as the call arrives | 请求到达时
        stage_refusal | before the call is carried out | 执行之前
        stage_answer | after the call is carried out | 执行之后
        answer_code | Answer with errcode | 返回 errcode
        delay | Delay | 延迟
        connection | Connection | 连接
        connection_keep | stays open | 保持
        connection_close | is closed without an answer | 不应答而关闭
        connection_reset | is reset | 重置
        connection_silence | stays open in silence | 保持但无应答
        add_rule | Add the rule | 新增规则
        fault_lost-answer | The third tagging is carried out, and its answer is lost with the connection. | 第三次打标签已执行，但应答随连接丢失。
        fault_partial-batch | Three openids of a batch fail with 45171, and the others are applied; twice. | 一批中有三个 openid 返回 45171，其余成功；共两次。
        fault_ghost-tag | A call that names an existing tag is answered 45159; twice. | 存在的标签却返回 45159；共两次。
        fault_busy-openid | Another call is changing the same follower: 45169; twice. | 粉丝正被他人修改：45169；共两次。
        fault_token-stolen | Another program has fetched a token: from the third call on, the old token gets 40001; a new token works. | 另一程序取了新令牌，第三次调用起原令牌返回 40001；一次。
        fault_token-late | The token expires in the middle of the work, earlier than it should: 42001; once. | 令牌在工作途中提前过期：42001；一次。
        fault_quota-soon | After five taggings the daily quota is used up: 45009. | 五次打标签后当日额度用尽：45009。
        fault_slow-platform | Every answer is slow: around 300 ms, seldom up to 5 s. | 每次应答都慢：约 300 毫秒，偶尔达 5 秒。
        fault_system-error | A quarter of the taggings fail with -1 and are not applied. | 四分之一的打标签返回 -1，且均未执行。
        fault_wrong-address | A request for a token gets 40164, because the caller's address is not on the account's list. | 调用方地址不在白名单，取令牌返回 40164。
        fault_cut-answer | The third tagging is carried out, and its answer breaks off in the middle. | 第三次打标签已执行，但应答中途断开。
        fault_text-plain | JSON comes with the content type text/plain. | JSON 以 text/plain 类型返回。
        more_rules | {n} more rules are not shown; see them with curl. | 另有 {n} 条规则未列出，可用 curl 查看。
        more_rules_one | 1 more rule is not shown; see it with curl. | 另有 1 条规则未列出，可用 curl 查看。
        done_fault_on | The fault is on. | 故障已打开。
        done_fault_off | The fault is off. | 故障已关闭。
        done_faults_cleared | No fault is on any more. | 已清除全部故障。
        """
}
