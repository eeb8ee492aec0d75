using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Tests.Core.Notifications;

/// <summary>What holds of every message, whatever people call their tags.</summary>
public sealed class NotificationLawTests
{
    private static readonly Gen<string> Texts = Gen.ArrayOf(Gen.Elements(
        "a", "Z", "9", " ", "<", ">", "&", "*", "_", "`", "[", "]", "|", "~", "#", "\\", "@", "@channel", "@everyone", "🚢", "語", "\uD83D", "\n", "\u202E", "https://x.example.com/a_b ", "sha256:ab")).Select(parts => string.Concat(parts));

    private static readonly (string Name, Func<string, string> Escape)[] Escapes =
        [("html", SafeMarkup.Html), ("slack", SafeMarkup.Slack), ("markdown", SafeMarkup.Markdown), ("mattermost", SafeMarkup.Mattermost), ("rocketchat", SafeMarkup.RocketChat), ("mentions", SafeMarkup.WithoutMentions), ("both", text => SafeMarkup.WithoutMentions(SafeMarkup.Markdown(text)))];

    [Fact]
    public void What_is_cut_fits_and_no_character_is_cut_in_two() => Prop.ForAll(Gen.ArrayOf(Texts).ToArbitrary(), Gen.Choose(20, 300).ToArbitrary(), Gen.Elements(Escapes).ToArbitrary(), (texts, most, way) =>
    {
        var lines = texts.Select(text => PlainText.Of(text)).ToList();
        var fitted = FittedText.Of(lines, most, way.Escape);
        var bytes = FittedText.Of(lines, most, way.Escape, FittedText.Bytes);
        return fitted.Length <= most && FittedText.Bytes(bytes) <= most && IsWhole(fitted) && IsWhole(bytes) && IsWhole(FittedText.Cut(string.Concat(lines), most));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void What_fits_stays_as_it_is() => Prop.ForAll(Texts.ToArbitrary(), text => FittedText.Cut(text, 10_000) == text).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_that_is_inserted_is_markup() => Prop.ForAll(Texts.ToArbitrary(), text =>
    {
        var html = SafeMarkup.Html(text);
        var markdown = SafeMarkup.Markdown(text);
        return !html.Contains('<', StringComparison.Ordinal) && !html.Contains('>', StringComparison.Ordinal) && !html.Replace("&amp;", "", StringComparison.Ordinal).Replace("&lt;", "", StringComparison.Ordinal)
                .Replace("&gt;", "", StringComparison.Ordinal).Contains('&', StringComparison.Ordinal)
            && !SafeMarkup.Slack(text).Contains('<', StringComparison.Ordinal)
            && IsEscaped(markdown);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    /// <summary>No backslash escapes a <c>&lt;</c> there, nor a backslash before a letter or digit.</summary>
    [Theory]
    [InlineData("<https://evil.example|Approve>", @"&lt;https://evil.example\|Approve\>")]
    [InlineData("[Approve](https://evil.example)", @"\[Approve\](https://evil.example)")]
    [InlineData(@"C:\temp\1", @"C:\temp\1")]
    [InlineData(@"a\[b\] \\c \", @"a\\\[b\\\] \\\c \\")]
    [InlineData("&lt; &#60; &c; & &co", @"&amp;lt; &amp;\#60; &amp;c; & &co")]
    [InlineData("https://x.example/a_b?c=1&d=2", "https://x.example/a_b?c=1&d=2")]
    [InlineData("1.4.2 -> 1.5.0", @"1.4.2 -\> 1.5.0")]
    public void Nothing_is_markup_in_mattermost(string text, string shown) => Assert.Equal(shown, SafeMarkup.Mattermost(text));

    /// <summary>As its parser reads them: message-parser 0.31.</summary>
    [Theory]
    [InlineData("1.4.2 -> 1.5.0", "1.4.2 -> 1.5.0")]
    [InlineData("[Approve here](https://evil.example)", "[\u200BApprove here]\u200B(\u200Bhttps://evil.example)")]
    [InlineData("[see https://good.example](https://evil.example)", "[\u200Bsee https://good.example]\u200B(https://evil.example)")]
    [InlineData("<https://evil.example|Approve>", "<\u200Bhttps://evil.example|\u200BApprove>")]
    [InlineData("> quoted", "\u200B> quoted")]
    [InlineData("# in #general", "#\u200B in #\u200Bgeneral")]
    [InlineData("**b** _i_ ~s~ `c`", "\u2217\u2217b\u2217\u2217 \u02CDi\u02CD \u223Cs\u223C \u02CBc\u02CB")]
    [InlineData("team/my_app", "team/my_app")]
    [InlineData("\\[x\\]", "\\\u200B[\u200Bx\\\u200B]\u200B")]
    [InlineData("https://dev.azure.com/o/_git/r/a_(b)#~c", "https://dev.azure.com/o/_git/r/a_(b)#~c")]
    public void Nothing_is_markup_in_rocket_chat_though_it_knows_no_escapes(string text, string shown) => Assert.Equal(shown, SafeMarkup.RocketChat(text));

    [Fact]
    public void Nobody_is_called() => Prop.ForAll(Texts.ToArbitrary(), text =>
    {
        var kept = SafeMarkup.WithoutMentions(text);
        return !kept.Contains("@channel", StringComparison.OrdinalIgnoreCase) && !kept.Contains("@everyone", StringComparison.OrdinalIgnoreCase);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_is_one_line_of_whole_characters() => Prop.ForAll(Texts.ToArbitrary(), text =>
    {
        var plain = PlainText.Of(text, 40);
        return plain.Length <= 40 && IsWhole(plain) && !plain.Any(char.IsControl) && !plain.Contains('\u202E', StringComparison.Ordinal);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_message_is_bounded() => Prop.ForAll(Gen.Choose(1, 300).ToArbitrary(), Texts.ToArbitrary(), (count, text) =>
    {
        var all = Enumerable.Range(0, count).Select(number => Failed($"app-{number}", text)).ToList();
        var message = NotificationDigest.Fold(all, 5, null, MessageFormat.Default, new MessageStamp("id", DateTimeOffset.UnixEpoch));
        return message.Title.Length <= 250 && !message.Title.Any(char.IsControl) && message.Lines.All(line => !line.Any(char.IsControl)) && message.Notifications.Count + message.More == count + 5;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_update_says_what_and_where()
    {
        var message = NotificationDigest.Fold([NotificationTemplate.Sample[0]], 0, null, MessageFormat.Default, new MessageStamp("id", DateTimeOffset.UnixEpoch));
        Assert.Equal("web updated to 1.5.0@sha256:000000000000", message.Title);
        Assert.Equal(
            ["argocd/web: updated web (registry.example.com/team/web) 1.4.2 -> 1.5.0@sha256:000000000000 in https://git.example.com/team/deploy/-/merge_requests/7, commit 8c07d11f3a on main"], message.Lines);
        Assert.Equal("updated", message.Event);
    }

    [Fact]
    public void Many_are_counted_and_what_is_wrong_comes_first()
    {
        var message = NotificationDigest.Fold([NotificationTemplate.Sample[0], .. Enumerable.Range(0, 60).Select(number => Failed($"app-{number}", "no"))], 0, "It was down.", MessageFormat.Default, new MessageStamp("id", DateTimeOffset.UnixEpoch));
        Assert.Equal("1 updated, 60 failed", message.Title);
        Assert.Equal("argocd/app-0: failed: no", message.Lines[0]);
        Assert.Equal("and 11 more", message.Lines[50]);
        Assert.Equal("It was down.", message.Lines[^1]);
        Assert.Equal((NotificationSeverity.Error, "several"), (message.Severity, message.Event));
    }

    [Fact]
    public void A_template_prints_what_the_user_wants()
    {
        Assert.True(NotificationTemplate.TryParse("{{ range .Notifications }}{{ .Kind }} {{ .Name }} {{ range .Changes }}{{ .OldTag }}>{{ .NewTag }}{{ end }}{{ end }}", out var body, out _));
        var message = NotificationDigest.Fold([NotificationTemplate.Sample[0]], 0, null, MessageFormat.Default with { Body = body }, new MessageStamp("id", DateTimeOffset.UnixEpoch));
        Assert.Equal(["updated web 1.4.2>1.5.0"], message.Lines);
        Assert.False(NotificationTemplate.TryParse("{{ .Nothing }}", out _, out var problem));
        Assert.Contains("allowed: More, Notifications, Severity, Summary", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_wants_what_it_asks_for()
    {
        Assert.True(ChannelRule.TryCreate(new ChannelRuleText { Events = ["updated", "Failed"], Applications = ["argocd/w*"], Projects = ["default"], Severity = "info" }, out var rule, out _));
        var web = NotificationTemplate.Sample[0];
        Assert.True(rule.Wants(web));
        Assert.False(rule.Wants(web with { Project = "other" }));
        Assert.False(rule.Wants(web with { Kind = NotificationKind.Pinned }));
        Assert.False(rule.Wants(web with { Application = new NamespacedName("argocd", "api") }));
        Assert.False(rule.Wants(web with { WasThere = true }));
        Assert.False(ChannelRule.TryCreate(new ChannelRuleText { Events = ["update"], Severity = "fatal" }, out _, out var problems));
        Assert.Equal(2, problems.Count);
    }

    private static Notification Failed(string name, string reason) => new() { Kind = NotificationKind.Failed, Application = new NamespacedName("argocd", name), Reason = reason, Time = DateTimeOffset.UnixEpoch };

    private static bool IsWhole(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsHighSurrogate(text[at]) && (at + 1 == text.Length || !char.IsLowSurrogate(text[++at])))
                return false;
            if (at > 0 && char.IsLowSurrogate(text[at]) && !char.IsHighSurrogate(text[at - 1]))
                return false;
        }

        return true;
    }

    /// <summary>Every mark that begins or ends something stands behind a backslash that is no text itself.</summary>
    private static bool IsEscaped(string markdown)
    {
        for (var at = 0; at < markdown.Length; at++)
        {
            if (markdown[at] == '\\')
                at++;
            else if ("*`[]<>|".Contains(markdown[at], StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}
