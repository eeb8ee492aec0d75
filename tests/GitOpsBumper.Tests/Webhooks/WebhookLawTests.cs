using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Webhooks;

namespace GitOpsBumper.Tests.Webhooks;

/// <summary>Whatever anybody sends is read, ignored or malformed, and never nothing.</summary>
public sealed class WebhookLawTests
{
    private static readonly string[] Scraps = ["null", "true", "-1e999", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[]]", "\"refs/heads/\"", "\"::/@\"", "{\"\\ud800\": 1}"];

    private static readonly List<WebhookCase> Documented = [.. WebhookCase.All()];

    [Fact]
    public void Bytes_of_any_kind_are_read_by_all() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes => WebhookSenders.All.All(receiver => IsSound(receiver.Read(WebhookCase.RequestOf(bytes, [("X-GitHub-Event", "push")], []))))).QuickCheckThrowOnFailure();

    [Fact]
    public void Documents_with_bytes_changed_are_read_by_all() => Check(random =>
    {
        var documented = Documented[random.Next(Documented.Count)];
        var body = documented.Request.Body.ToArray();
        for (var i = random.Next(1, 4); i > 0; i--)
            body[random.Next(body.Length)] = (byte)random.Next(256);
        return documented.Request with { Body = body };
    });

    [Fact]
    public void Documents_with_values_replaced_are_read_by_all() => Check(random =>
    {
        var documented = Documented[random.Next(Documented.Count)];
        var text = Encoding.UTF8.GetString(documented.Request.Body.Span);
        var colons = Enumerable.Range(0, text.Length - 1).Where(at => text[at] == ':' && text[at + 1] == ' ').ToList();
        if (colons.Count == 0)
            return documented.Request;
        var colon = colons[random.Next(colons.Count)];
        var end = text.IndexOfAny([',', '\n'], colon);
        return documented.Request with { Body = Encoding.UTF8.GetBytes($"{text[..(colon + 1)]} {Scraps[random.Next(Scraps.Length)]}{text[(end < 0 ? text.Length : end)..]}") };
    });

    [Fact]
    public void Documents_of_one_sender_are_read_by_all_others()
    {
        foreach (var documented in Documented)
            Assert.All(WebhookSenders.All, receiver => Assert.True(IsSound(receiver.Read(documented.Request)), $"{receiver.Types[0]} reads {documented.Type}/{documented.Name}"));
    }

    [Fact]
    public void Depth_breaks_no_stack() => Assert.All(
        WebhookSenders.All, receiver => Assert.IsType<WebhookReading.Malformed>(receiver.Read(WebhookCase.RequestOf("{\"a\":" + new string('[', 500_000)))));

    private static void Check(Func<Random, WebhookRequest> make) => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed =>
        {
            var request = make(new Random(seed));
            return WebhookSenders.All.All(receiver => IsSound(receiver.Read(request)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>Not empty, and fit for a log.</summary>
    private static bool IsSound(WebhookReading reading) => reading.Delivery is not { Length: 0 or > 200 } && reading switch
    {
        WebhookReading.Pushed pushed => pushed.Images.Count > 0,
        WebhookReading.Changed changed => changed.Repositories.Count > 0 && changed.Repositories.All(repository => !repository.IsLocal),
        WebhookReading.Ignored ignored => IsFitForLogs(ignored.Reason),
        WebhookReading.Malformed malformed => IsFitForLogs(malformed.Problem),
        _ => false,
    };

    private static bool IsFitForLogs(string text) => text.Length is > 0 and < 1_000 && !text.Any(char.IsControl);
}
