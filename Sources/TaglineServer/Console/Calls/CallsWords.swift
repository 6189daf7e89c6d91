extension WordTable {
    /// The sentences of the screen of calls.
    static let calls = """
        answer | Answer | 返回
        all_answers | All answers | 全部返回
        refused_only | Refused only | 仅失败
        fine_only | Successful only | 仅成功
        find_calls | openid, rid or errcode   ( / ) | openid、rid 或 errcode（按 /）
        set_mark | Set a mark | 设置标记
        forget_calls | Forget calls | 清空调用
        since_mark | since | 起于标记
        live | live | 实时
        paused | paused | 已暂停
        newest | To the newest | 回到最新
        older | Older calls | 更早的调用
        new_calls | {n} new calls | {n} 条新调用
        new_calls_one | 1 new call | 1 条新调用
        openids | Openids | openid 数
        why | Why | 原因
        no_calls | No call has arrived yet. Tag a follower on the page Followers, or send a call from a terminal: | 尚无调用。可在“粉丝”页给粉丝打标签，或在终端里调用：
        tag_number | tag {id} | 标签 {id}
        one_call | One call | 调用详情
        called_by | Called by | 调用方
        via_account | the account itself | 账号自身
        via_platform | a third-party platform | 第三方平台
        via_cloud | without a token, through the cloud gateway | 免令牌，来自服务器旁
        platform | Platform | 第三方平台
        documented | What the platform says | 平台文档的说明
        request | Request | 请求
        cut | Only the beginning of a long body is kept. | 正文过长，只保留了开头。
        no_content | Queries and bodies are not kept here. | 此处不保留请求参数与正文。
        same_call | This call with curl | 用 curl 发起此调用
        send_again | Send again | 重新发送
        make_fault | Make a fault from this call | 据此制造故障
        load_again | Load again | 刷新
        cut_here | Not all of the call is shown. | 此处未显示全部内容。
        whole_call | The whole call as JSON | 完整的调用（JSON）
        done_mark | The mark is set. Calls after it are shown. | 标记已设置，显示其后的调用。
        done_forgotten | The calls are forgotten. | 调用已清空。
        done_sent_again | The call was sent again; here is its answer. | 调用已重新发送，结果如下。
        """
}
