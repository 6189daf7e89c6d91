extension WordTable {
    /// The sentences of every page, and the sentences that several screens share.
    static let frame = """
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
        sign_in_hint | Enter the token with which the admin plane was started. The session lasts twelve hours. | 即启动管理接口时设置的令牌。登录有效期为十二小时。
        admin_token | Admin token | 管理令牌
        wrong_token | This is not the admin token. | 管理令牌不正确。
        press_keys | Press ? for keys | 按 ? 查看快捷键
        keys | Keys | 快捷键
        key_search | to the search field | 跳到搜索框
        key_rows | through the rows; Enter opens one | 在各行间移动，回车打开
        key_help | this help | 本帮助
        close | Close | 关闭
        copy | Copy | 复制
        by_curl | The same with curl | 用 curl 完成同样的操作
        nothing_here | There is nothing to show here. | 这里没有可显示的内容。
        back_home | To the first page | 回到首页
        not_done | Not done | 未执行
        nobody | unknown account | 未知账号
        clock_frozen | stands still | 已冻结
        clock_ahead | moved on by {span} | 已拨快 {span}
        clock_behind | moved back by {span} | 已拨慢 {span}
        clock_system | the system's time | 系统时间
        long_query | The address of the page is too long; shorten the filter, or use the admin plane. | 页面地址过长，请缩短筛选条件，或改用管理接口。
        account | Account | 账号
        all_accounts | All accounts | 全部账号
        call | Call | 接口
        all_calls | All calls | 全部接口
        name | Name | 名称
        time | Time | 时间
        change | Change | 操作
        filter | Filter | 筛选
        show | Show | 显示
        show_all | Show all | 显示全部
        next_page | Next page | 下一页
        sure | I am sure | 我确定
        create | Create | 创建
        delete | Delete | 删除
        find | Find | 查找
        no_match | No call in the journal matches. Show all, or look for something else. | 没有符合条件的调用。请显示全部，或换个条件。
        followers | followers | 粉丝
        kind_service | service account | 服务号
        kind_subscription | subscription account | 订阅号
        certified | certified | 已认证
        not_certified | not certified | 未认证
        frozen | frozen | 已冻结
        tag_id | Tag | 标签
        fault | fault | 故障
        """
}
