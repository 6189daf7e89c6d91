/// All sentences of the console. Each line has a key, the English text and the Chinese text.
enum WordTable {
    /// The key, the English text and the Chinese text.
    static let rows: [[String]] = text.split(separator: "\n").map { line in
        line.split(separator: " | ", omittingEmptySubsequences: false).map { String($0.trimmingPrefix { $0 == " " }) }
    }

    private static let text = """
        product_sandbox | Tagline sandbox | Tagline 沙箱
        product_serve | Tagline | Tagline
        nav_calls | Calls | 调用
        nav_errors | Errors | 错误
        nav_followers | Followers | 粉丝
        nav_tags | Tags | 标签
        nav_accounts | Accounts | 账号
        nav_faults | Faults | 故障
        nav_clock | Clock and state | 时钟与状态
        nav_health | Health | 健康
        skip | To the content | 跳到内容
        pages | Pages | 页面
        other_language | 中文 | English
        sign_in | Sign in | 登录
        sign_out | Sign out | 退出
        sign_in_hint | It is the token that the admin plane was started with. The session lasts twelve hours. | 即启动管理接口时设置的令牌。登录有效期为十二小时。
        admin_token | Admin token | 管理令牌
        wrong_token | This is not the admin token. | 管理令牌不正确。
        press_keys | Press ? for keys | 按 ? 查看快捷键
        keys | Keys | 快捷键
        key_search | to the search field | 跳到搜索框
        key_rows | through the rows; Enter opens one | 在各行间移动，回车打开
        key_help | this help | 本帮助
        close | Close | 关闭
        copy | Copy | 复制
        by_curl | The same by curl | 用 curl 完成同样的操作
        nothing_here | There is nothing to show here. | 这里没有可显示的内容。
        back_home | To the first page | 回到首页
        not_done | Not done | 未执行
        nobody | nobody known | 未知账号
        clock_frozen | stands still | 已冻结
        clock_ahead | moved on by {span} | 已拨快 {span}
        clock_behind | moved back by {span} | 已拨慢 {span}
        clock_system | the system's time | 系统时间
        account | Account | 账号
        all_accounts | All accounts | 全部账号
        call | Call | 接口
        all_calls | All calls | 全部接口
        answer | Answer | 返回
        all_answers | All answers | 全部返回
        refused_only | Refused only | 仅失败
        fine_only | Successful only | 仅成功
        find | Find | 查找
        find_calls | openid, rid or errcode   ( / ) | openid、rid 或 errcode（按 /）
        filter | Filter | 筛选
        show_all | Show all | 显示全部
        set_mark | Set a mark | 设置标记
        forget_calls | Forget calls | 清空调用
        since_mark | since | 起于标记
        live | live | 实时
        paused | paused | 已暂停
        newest | To the newest | 回到最新
        older | Older calls | 更早的调用
        new_calls | {n} new calls | {n} 条新调用
        openids | Openids | openid 数
        why | Why | 原因
        fault | fault | 故障
        no_match | No call in the journal is so. Show all, or look for something else. | 没有符合条件的调用。请显示全部，或换个条件。
        no_calls | No call has arrived yet. Tag a follower on the page Followers, or send a call from a terminal: | 尚无调用。可在“粉丝”页给粉丝打标签，或在终端里调用：
        tag_number | tag {id} | 标签 {id}
        one_call | One call | 调用详情
        called_by | Called by | 调用方
        via_account | the account itself | 账号自身
        via_platform | a third-party platform | 第三方平台
        via_cloud | without a token, from beside the server | 免令牌，来自服务器旁
        platform | Platform | 第三方平台
        time | Time | 时间
        documented | What the platform says | 平台文档的说明
        request | Request | 请求
        cut | Only the beginning of a long body is kept. | 正文过长，只保留了开头。
        no_content | Queries and bodies are not kept here. | 此处不保留请求参数与正文。
        same_call | This call by curl | 用 curl 发起此调用
        send_again | Send again | 重新发送
        make_fault | Make a fault of this | 据此制造故障
        hints | Hints about clients | 对客户端的提示
        times | Times | 次数
        first | First | 首次
        latest | Latest | 最近
        what_to_do | What it means, and what to do | 含义与处理办法
        no_errors | No call in the journal was refused. Refuse one: tag a follower who has left, or turn a fault on. | 没有失败的调用。可以给已取消关注的粉丝打标签，或打开一个故障来看看。
        more_groups | There are more kinds; see them by curl. | 还有更多种类，可用 curl 查看。
        rules | Fault rules | 故障规则
        rule | Rule | 规则
        which_calls | Which calls | 哪些调用
        does | Does | 动作
        met | Met | 命中
        fired | Fired | 触发
        change | Change | 操作
        turn_on | Turn on | 打开
        turn_off | Turn off | 关闭
        on | on | 已打开
        clear_faults | Clear all faults | 清除全部故障
        no_faults | No fault is on. Turn a scenario on, or add a rule, and call the API. | 当前没有故障。打开一个场景或新增规则，然后调用接口。
        scenarios | Scenarios | 场景
        scenario | Scenario | 场景
        what_it_is | What happens | 会发生什么
        new_rule | A new rule | 新规则
        name | Name | 名称
        tag_id | Tag | 标签
        skip_calls | Let through first | 先放过次数
        fire_times | Fire so often | 触发次数
        always | always | 总是
        chance | Chance, 0 to 1 | 概率，0 至 1
        holds_for | Holds for | 有效时长
        at_stage | When | 何时
        stage_arrival | as the call arrives | 请求到达时
        stage_refusal | before it is carried out | 执行之前
        stage_answer | after it is carried out | 执行之后
        answer_code | Answer with errcode | 返回 errcode
        delay | Delay | 延迟
        connection | Connection | 连接
        connection_keep | stays open | 保持
        connection_close | is closed instead of an answer | 不应答而关闭
        connection_reset | is reset | 重置
        connection_silence | stays open in silence | 保持但无应答
        add_rule | Add the rule | 新增规则
        fault_lost-answer | The third tagging is carried out, and its answer is lost with the connection. | 第三次打标签已执行，但应答随连接丢失。
        fault_partial-batch | Three openids of a batch fail with 45171, and the others are done; twice. | 一批中有三个 openid 返回 45171，其余成功；共两次。
        fault_ghost-tag | A tag that is there is answered 45159; twice. | 存在的标签却返回 45159；共两次。
        fault_busy-openid | A follower is being changed by someone else: 45169; twice. | 粉丝正被他人修改：45169；共两次。
        fault_token-stolen | Another program has fetched a token, and this one's is 40001 from the third call on; once. | 另一程序取了新令牌，第三次调用起原令牌返回 40001；一次。
        fault_token-late | The token expires in the middle of the work, earlier than it should: 42001; once. | 令牌在工作途中提前过期：42001；一次。
        fault_quota-soon | After five taggings the daily quota is used up: 45009. | 五次打标签后当日额度用尽：45009。
        fault_slow-platform | Every answer takes its time: around 300 ms, seldom up to 5 s. | 每次应答都慢：约 300 毫秒，偶尔达 5 秒。
        fault_system-error | A quarter of the taggings is answered -1, and none of those is applied. | 四分之一的打标签返回 -1，且均未执行。
        fault_wrong-address | Tokens are refused with 40164, because the caller's address is not on the list. | 调用方地址不在白名单，取令牌返回 40164。
        fault_cut-answer | The third tagging is carried out, and its answer breaks off in the middle. | 第三次打标签已执行，但应答中途断开。
        fault_text-plain | JSON comes with the content type text/plain. | JSON 以 text/plain 类型返回。
        the_clock | The clock | 时钟
        past_tokens | Past every token's life (2 h) | 越过所有令牌有效期（2 小时）
        to_midnight | To midnight in Beijing | 拨到北京时间零点
        midnight_is | Quotas begin anew at | 额度将在此时重新计算：
        freeze_clock | Freeze the clock | 冻结时钟
        let_run | Let it run | 恢复走动
        move_clock | Move the clock | 拨动时钟
        advance_by | How far (90m, 2h, 1d) | 拨快多少（90m、2h、1d）
        advance | Advance | 拨快
        set_to | To a time, in Unix seconds | 拨到某一时刻（Unix 秒）
        set | Set | 设定
        snapshots | Snapshots | 快照
        snapshot | Snapshot | 快照
        no_snapshots | There is no snapshot. Take one before you change something, and restore it when you are done. | 还没有快照。改动之前先保存一份，用完再恢复。
        restore | Restore | 恢复
        delete | Delete | 删除
        take_snapshot | Take a snapshot | 保存快照
        keep | Keep | 保存
        start_over | Start over | 重新开始
        start_over_what | Accounts, followers, clock and faults are put back to the beginning. Snapshots stay. | 账号、粉丝、时钟与故障都回到初始状态，快照保留。
        sure | I am sure | 我确定
        reset | Reset | 重置
        show | Show | 显示
        no_accounts | There is no account yet. Create one on the page Accounts. | 还没有账号。请在“账号”页创建。
        followers | followers | 粉丝
        share | Share | 占比
        one_tag | One tag | 标签详情
        carry_it | followers carry it | 位粉丝有此标签
        show_them | show them | 查看
        new_name | New name | 新名称
        rename | Rename | 改名
        delete_tag | Delete this tag | 删除此标签
        delete_tag_what | It is taken off every follower, and its id is never given again. | 它会从所有粉丝身上移除，编号不再使用。
        drain_tag | Take it off everyone | 从所有粉丝取下
        drain_what | {n} followers carry it. {calls} calls of batchUntagging take it off them, and count towards the account's quota. A follower who has left keeps it. | {n} 位粉丝有此标签。取下需调用 batchUntagging {calls} 次，计入账号额度。已取消关注的粉丝仍保留它。
        drain_left | {n} followers still carry it. | 还有 {n} 位粉丝有此标签。
        drain_over | No follower carries the tag any more. | 已没有粉丝有此标签。
        go_on | Go on | 继续
        stop | Stop | 停止
        back_tags | To the tags | 回到标签
        new_tag | A new tag | 新标签
        create | Create | 创建
        tag | Tag | 标签
        any_tag | Any tag | 任意标签
        where | Expression over tags | 标签条件
        where_hint | vip & !churned | vip & !churned
        matches | {n} followers match | {n} 位粉丝符合条件
        matches_left | {n} followers of this and the next pages match | 本页及之后共 {n} 位粉丝符合条件
        matches_so_far | {n} of {seen} followers match so far; the next page looks on | 已查看 {seen} 位粉丝，其中 {n} 位符合条件；下一页继续查找
        export | Export all as CSV | 全部导出为 CSV
        since | Follows since | 关注于
        remark | Remark | 备注
        no_followers | No follower is here. Add some below, one openid a line. | 这里没有粉丝。可在下方添加，每行一个 openid。
        next_page | Next page | 下一页
        tag_several | Tag followers | 给粉丝打标签
        openids_lines | Openids, one a line | openid，每行一个
        put_on | Put on | 打上
        take_off | Take off | 取下
        add_followers | Add followers | 添加粉丝
        import | Add | 添加
        follower_file | File of followers | 粉丝文件
        import_kinds | One openid a line, CSV with a header, or NDJSON; at most {size}. | 每行一个 openid，或带表头的 CSV，或 NDJSON；最大 {size}。
        openid_column | Column of the openids, if the file has another name for it | openid 所在列（名称不是 openid 时填写）
        import_file | Add the followers in the file | 添加文件中的粉丝
        import_waiting | The file has not arrived yet. | 文件尚未到达。
        import_share | {done} of {total} read | 已读取 {done}，共 {total}
        import_nothing | No file has arrived. Load the page and send it again. | 没有收到文件。请刷新页面后重新发送。
        import_ended | The import has ended. | 导入已结束。
        show_result | Show the result | 查看结果
        import_result | Result of the import | 导入结果
        import_openids | openids read | 读到的 openid
        import_new | new followers | 新增粉丝
        import_broken | broken lines | 无效行
        import_more | {n} more broken lines are not shown. | 另有 {n} 个无效行未列出。
        one_follower | One follower | 粉丝详情
        has_left | This follower has left: tagging them is refused with 40003. | 该粉丝已取消关注：给其打标签会返回 40003。
        save | Save | 保存
        kind | Kind | 类型
        kind_service | service account | 服务号
        kind_subscription | subscription account | 订阅号
        state | State | 状态
        certified | certified | 已认证
        not_certified | not certified | 未认证
        frozen | frozen | 已冻结
        secret_frozen | secret frozen | 密钥已冻结
        platforms | Third-party platforms | 第三方平台
        sets | permission sets | 权限集
        granted | granted | 已授予
        new_account | A new account | 新账号
        one_account | One account | 账号详情
        certify | Certify | 设为已认证
        uncertify | Take the certificate away | 取消认证
        freeze | Freeze | 冻结
        unfreeze | Unfreeze | 解冻
        freeze_secret | Freeze the secret | 冻结密钥
        unfreeze_secret | Unfreeze the secret | 解冻密钥
        used_today | Used today (UTC+8) | 今日用量（UTC+8）
        nothing_used | No call was counted today. | 今日尚无计数的调用。
        no_limit | no limit | 不限
        tokens_alive | {n} tokens work | {n} 个有效令牌
        limits | Limits | 限制
        limit_openids | openids in a call | 单次调用的 openid 数
        limit_follower | tags on a follower | 每位粉丝的标签数
        limit_account | tags of the account | 账号的标签数
        limit_name | bytes in a tag's name | 标签名的字节数
        limit_delete | followers of a tag that can be deleted | 可删除标签的粉丝数
        addresses | May fetch tokens | 可取令牌的地址
        any_address | every address | 任意地址
        new_secret | Give it a new secret | 更换密钥
        new_secret_what | Its tokens end at once. The new secret is shown once. | 现有令牌立即失效。新密钥只显示一次。
        new_secret_of | The secret of | 密钥，账号
        secret_once | Keep it now: it is not stored, and not shown again. | 请立即保存：服务器不保存它，也不会再次显示。
        back_account | To the account | 回到账号
        store | Store | 存储
        taggings | taggings | 标签关系
        store_journal | journal to replay | 待重放日志
        checkpoint | since the last checkpoint | 距上次检查点
        memory | memory | 内存
        up_since | started | 启动于
        answers | Answers since the start | 启动以来的返回
        machines | Machines of the store | 存储节点
        answering | answers | 正常
        silent | silent | 无应答
        can_write | The store can write. | 存储可写。
        charts_soon | The charts begin half a minute after the start. | 图表在启动半分钟后出现。
        last_hour | last hour | 最近一小时
        at_most | at most | 最高
        chart_calls | Calls a second (and refused) | 每秒调用（及失败）
        chart_time | Time of a call, median / p99 | 调用耗时，中位 / p99
        chart_commit | Commit time, p99 | 提交耗时，p99
        chart_group | Calls in a commit | 每次提交的调用数
        chart_memory | Memory | 内存
        done_mark | The mark is set. Calls after it are shown. | 标记已设置，显示其后的调用。
        done_forgotten | The calls are forgotten. | 调用已清空。
        done_sent_again | The call was sent again; here is its answer. | 调用已重新发送，结果如下。
        done_fault_on | The fault is on. | 故障已打开。
        done_fault_off | The fault is off. | 故障已关闭。
        done_faults_cleared | No fault is on any more. | 已清除全部故障。
        done_clock_moved | The clock is moved. | 时钟已拨动。
        done_clock_stands | The clock stands still. | 时钟已冻结。
        done_clock_runs | The clock runs. | 时钟恢复走动。
        done_snapshot_taken | The snapshot is kept until the sandbox ends. | 快照已保存，沙箱结束前有效。
        done_restored | Everything is as it was in the snapshot. | 已恢复到快照。
        done_snapshot_removed | The snapshot is deleted. | 快照已删除。
        done_reset | Everything is as at the beginning. | 已回到初始状态。
        done_tag_created | The tag is created. | 标签已创建。
        done_tag_renamed | The tag is renamed. | 标签已改名。
        done_tag_deleted | The tag is deleted. | 标签已删除。
        done_tagged | The tag is put on. | 标签已打上。
        done_untagged | The tag is taken off. | 标签已取下。
        done_remark_saved | The remark is saved. | 备注已保存。
        done_imported | The followers are added. | 粉丝已添加。
        done_account_changed | The account is changed. | 账号已修改。
        """
}
