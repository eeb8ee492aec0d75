using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Adapters.Notifications.Mail;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Tests.Adapters.Notifications;

/// <summary>URLs as users have them, and what is said of those that are wrong.</summary>
public sealed class NotifierUrlTests : IDisposable
{
    private readonly Notifiers _notifiers = new(new RequestCounter(), Notifiers.Limits, TimeProvider.System);

    [Theory]
    [InlineData("slack://hook:T0001-B0002@webhook", "neither hook:A-B-C@webhook")]
    [InlineData("discord://token@not-a-number", "discord://<token>@<webhook id>")]
    [InlineData("teams://group@tenant/altId/owner?host=org.webhook.office.com", "retired")]
    [InlineData("gotify://push.example.com", "gotify://<host>/<token>")]
    [InlineData("gotify://push.example.com/tok?priority=11", "priority is no whole number from 0 to 10")]
    [InlineData("gotify://push.example.com/tok?prio=1", "a parameter that is not known, allowed: disabletls, priority, scheme, title")]
    [InlineData("gotify://push.example.com:99999/tok", "its port is no number")]
    [InlineData("ntfy://push.example.com/a?scheme=ftp", "scheme is neither http nor https")]
    [InlineData("ntfy://push.example.com/a?priority=loud", "priority is none of min, low, default, high and max")]
    [InlineData("ntfy://push.example.com/a?cache=no", "cache=no is not done")]
    [InlineData("ntfy://push.example.com/a?firebase=no", "firebase=no is not done")]
    [InlineData("ntfy://push.example.com/a?actions=view,Open,https://example.com", "a parameter that is not known, allowed: at, attach, cache, click")]
    [InlineData("telegram://1:abc@telegram", "it names no chats")]
    [InlineData("telegram://1:abc@telegram?chats=-100:abc", "a topic that is no number")]
    [InlineData("telegram://1:abc@telegram?chats=-100&parsemode=HTML", "parsemode is not None")]
    [InlineData("discord://token@123/raw", "/raw")]
    [InlineData("discord://token@123?json=yes", "json=yes")]
    [InlineData("discord://token@123?splitLines=Yes", "splitlines=yes is not done")]
    [InlineData("discord://token@123?color=green", "color is no color such as 0x2EB67D")]
    [InlineData("discord://token@123?colorDebug=0x1000000", "colordebug is no color")]
    [InlineData("smtp://mail.example.com/?from=a@example.com&to=b@example.com&clienthost=a%20b", "clienthost is neither auto nor a name")]
    [InlineData("smtp://mail.example.com/?from=a@example.com&to=b@example.com&usehtml=maybe", "usehtml is neither yes nor no")]
    [InlineData("matrix://me:password@example.com/?rooms=!a:b", "does not log in")]
    [InlineData("zabbix://token@example.com", "?host=")]
    [InlineData("smtp://mail.example.com/?from=a@example.com", "it has no to=")]
    [InlineData("smtp://mail.example.com/?from=a@example.com&to=b%0D%0A@example.com", "is no address")]
    [InlineData("smtp://mail.example.com/?from=a@example.com&to=b@example.com&encryption=maybe", "encryption is none of")]
    [InlineData("smtp://u:p@mail.example.com/?from=a@example.com&to=b@example.com&starttls=no", "starttls=no would send everything in the clear, also a password; that wants encryption=None")]
    [InlineData("smtp://u:p@mail.example.com/?from=a@example.com&to=b@example.com&usestarttls=no&encryption=ExplicitTLS", "that wants encryption=None")]
    [InlineData("smtp://u:p@mail.example.com/?from=a@example.com&to=b@example.com&disabletls=yes", "that wants encryption=None")]
    [InlineData("generic://example.com/?@Host=other", "a header that is none")]
    [InlineData("discrod://token@123", "there is no service 'discrod'")]
    [InlineData("justatoken", "begins with a service")]
    public void What_is_wrong_is_said(string url, string words)
    {
        Assert.False(_notifiers.TryOpen(url, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("teams+https://prod-1.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?api-version=2016-06-01&sig=abc", "Teams at prod-1.westeurope.logic.azure.com")]
    [InlineData("ntfy://mytopic", "ntfy at ntfy.sh")]
    [InlineData("smtp://u:p@mail.example.com:465/?from=a@example.com&to=b@example.com&encryption=Auto&usehtml=yes", "mail server mail.example.com:465")]
    [InlineData("smtp://u:p@mail.example.com:25/?from=a@example.com&to=b@example.com&encryption=None&starttls=no&disabletls=yes", "mail server mail.example.com:25")]
    [InlineData("smtp://u:p@mail.example.com/?from=a@example.com&to=b@example.com&encryption=ImplicitTLS&starttls=no", "mail server mail.example.com:465")]
    [InlineData("smtp://mail.example.com/?from=bot+1@example.com&to=ops+deploy@example.com", "mail server mail.example.com:587")]
    [InlineData("generic+https://example.com/hook?x=1", "the webhook at example.com")]
    [InlineData("discord://token@123?color=0x50D9ff&colordebug=0x7b00ab&colorerror=0xd60510&colorinfo=0x2488ff&colorwarn=0xffc441&json=No&splitlines=No&username=", "Discord at discord.com")]
    [InlineData("ntfy://:tk_x@push.example.com/a?cache=Yes&firebase=Yes&priority=Default&scheme=https", "ntfy at push.example.com")]
    [InlineData("smtp://u:p@mail.example.com:587/?auth=Plain&clienthost=localhost&encryption=Auto&fromaddress=a@example.com&fromname=&subject=x&toaddresses=b@example.com&usehtml=No&usestarttls=Yes", "mail server mail.example.com:587")]
    [InlineData("telegram://1:abc@telegram?chats=@a&parsemode=None&preview=Yes&notification=Yes", "Telegram at api.telegram.org")]
    [InlineData("telegram://1:abc@telegram?channels=@a&notification=no&title=x", "Telegram at api.telegram.org")]
    public void What_users_of_shoutrrr_have_is_understood(string url, string place)
    {
        Assert.True(_notifiers.TryOpen(url, out var notifier, out var problem), problem);
        Assert.Equal(place, notifier.Place);
    }

    [Theory]
    [InlineData("to", "ops+deploy@example.com", "ops+deploy@example.com")]
    [InlineData("from", "bot+1@example.com", "bot+1@example.com")]
    [InlineData("secret", "Zm9v+YmFy", "Zm9v+YmFy")]
    [InlineData("secret", "Zm9v%2BYmFy%20x", "Zm9v+YmFy x")]
    [InlineData("@X-Key", "a+b", "a+b")]
    [InlineData("@Authorization", "Bearer+a+b", "Bearer a+b")]
    [InlineData("@authorization", "Basic%20YTpi+w==", "Basic YTpi+w==")]
    [InlineData("@Authorization", "abc+def", "abc+def")]
    [InlineData("click", "https://example.com/?q=a+b", "https://example.com/?q=a+b")]
    [InlineData("title", "Image+updates", "Image updates")]
    [InlineData("fromname", "The%2BBot+two", "The+Bot two")]
    public void A_plus_is_one_but_in_words_for_people(string key, string written, string meant)
    {
        Assert.True(NotifierUrl.TryParse($"generic://example.com/?{key}={written}", out var url, out _));
        Assert.Equal(meant, url.Find(key));
    }

    /// <summary>Whatever is wrong, and wherever the secret stands.</summary>
    [Fact]
    public void No_secret_is_in_what_is_said_of_a_url()
    {
        string[] shapes =
        [
            "slack://hook:T-B-{0}@webhook", "slack://{0}:x@C1", "discord://{0}@abc", "discord://{0}:{0}@123", "teams://{0}@tenant/a", "gotify://h/{0}?priority=x", "gotify://h/a/{0}?x={0}", "ntfy://u:{0}@h/t/u",
            "telegram://{0}:{0}@telegram", "mattermost://{0}@h", "matrix://u:{0}@h/?rooms=a", "pushover://{0}@{0}/", "pushover://s:{0}@{0}/?priority=2", "zabbix://{0}@h", "apprise://u:{0}@h", "smtp://u:{0}@h/?from=x",
            "smtp://u:{0}@h/?from={0}&to=a@b", "generic://u:{0}@/x", "generic://h/?secret={0}&method=GET", "{0}", "https://{0}", "x{0}://a", "gotify://{0}:{0}:{0}/a", "slack://{0} {0}",
        ];
        Prop.ForAll(Gen.Elements(shapes).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (shape, number) =>
        {
            var secret = $"q{number:x8}z{number:x8}";
            var url = shape.Replace("{0}", secret, StringComparison.Ordinal);
            return _notifiers.TryOpen(url, out var notifier, out var problem) ? !notifier.Place.Contains(secret, StringComparison.Ordinal) : !problem.Contains(secret, StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Subjects_are_encoded_between_characters_and_lines_of_a_mail_end_as_they_should()
    {
        var message = NotifierStage.Message with { Title = string.Concat(Enumerable.Repeat("größer 🚢 ", 20)), Lines = [".hidden", "<b>", "日本語"] };
        var mail = MailText.Stuff(MailText.Render(message, new MailAddresses("bot@example.com", "Böt", ["a@example.com"]), message.Title, withHtml: true));
        var lines = mail.Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length <= 998 && line.All(c => c is >= ' ' and <= '~'), line));
        Assert.DoesNotContain('\n', mail.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.All(lines.Where(line => line.Contains("=?utf-8?B?", StringComparison.Ordinal)), line => Assert.True(line.Length <= 76, line));
        Assert.Contains("Auto-Submitted: auto-generated", lines);
        Assert.Contains("Date: Sun, 01 Mar 2026 12:00:00 +0000", lines);
        Assert.Contains("Message-ID: <0123456789abcdef@example.com>", lines);
        var plain = MailText.Stuff(MailText.Render(NotifierStage.Message with { Lines = [".", ".hidden"] }, new MailAddresses("bot@example.com", null, ["a@example.com"]), "x", withHtml: false));
        Assert.Contains("\r\n..\r\n..hidden\r\n", plain, StringComparison.Ordinal);
        Assert.Contains("text/html", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("text/html", plain, StringComparison.Ordinal);
    }

    [Fact]
    public void Mails_about_one_application_are_a_thread_and_those_about_several_are_one_for_each_day()
    {
        var one = NotifierStage.Message;
        var several = one with { Notifications = [.. one.Notifications, one.Notifications[0] with { Application = new NamespacedName("argocd", "api") }] };
        var tomorrow = one.Time.AddDays(1);
        Assert.Matches("^<[0-9a-f]{32}\\.thread@example\\.com>$", Root(one));
        Assert.Equal(Root(one), Root(one with { Id = "f", Time = tomorrow }));
        Assert.NotEqual(Root(one), Root(one with { Notifications = [several.Notifications[1]] }));
        Assert.NotEqual(Root(one), Root(one with { More = 1 }));
        Assert.Equal(Root(several), Root(several with { Id = "f" }));
        Assert.NotEqual(Root(several), Root(several with { Time = tomorrow }));
        Assert.Null(Root(one with { IsTest = true }));

        static string? Root(NotificationMessage message)
        {
            var lines = MailText.Render(message, new MailAddresses("bot@example.com", null, ["a@example.com"]), "x", withHtml: true).Split("\r\n");
            var root = lines.SingleOrDefault(line => line.StartsWith("References: ", StringComparison.Ordinal))?["References: ".Length..];
            Assert.Equal(root, lines.SingleOrDefault(line => line.StartsWith("In-Reply-To: ", StringComparison.Ordinal))?["In-Reply-To: ".Length..]);
            return root;
        }
    }

    [Fact]
    public void Encoded_words_say_what_was_written()
    {
        Prop.ForAll(Gen.ArrayOf(Gen.Elements("a", "ü", "🚢", "=?", "語", " ", "<", "\"")).ToArbitrary(), parts =>
        {
            var text = string.Concat(parts);
            var words = MailText.Word(text).Split("\r\n ").Select(word => word.StartsWith("=?utf-8?B?", StringComparison.Ordinal)
                ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(word["=?utf-8?B?".Length..^2])) : word).ToList();
            return string.Concat(words) == text && MailText.Word(text).Split("\r\n ").All(word => word.Length <= 75) && !words.Any(word => word.Contains('\uFFFD', StringComparison.Ordinal));
        }).QuickCheckThrowOnFailure();
    }

    public void Dispose() => _notifiers.Dispose();
}
