using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Messages;

/// <summary>What git itself takes for the trailers of our messages.</summary>
public sealed class GitTrailerTests : IDisposable
{
    private static readonly NamespacedName Web = new("argocd", "web");
    private readonly ScratchFolder _folder = new("bumper-trailers-");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Git_finds_one_trailer_per_image_in_the_built_in_message() => Assert.Equal(
        ["Bumper-Update: argocd/web web registry.example.com:5000/web 1.4.2 1.5.0", "Bumper-Update: argocd/web - nginx - stable@sha256:0"],
        await ParseAsync(CommitMessageTemplate.Default, [new("web", "registry.example.com:5000/web", "1.4.2", "1.5.0"), new(null, "nginx", null, "stable@sha256:0")], ["a sentence: with a colon"]));

    [Theory]
    [InlineData("subject\n\nbody\n\nSigned-off-by: A <a@b>\nReviewed-by: C <c@d>\n")]
    [InlineData("subject\n\nSigned-off-by: A <a@b>\nReviewed-by: C <c@d>")]
    public async Task Trailers_of_the_template_stay_trailers(string template) => Assert.Equal(
        ["Signed-off-by: A <a@b>", "Reviewed-by: C <c@d>", "Bumper-Update: argocd/web web w 1 2"],
        await ParseAsync(Parse(template), [new("web", "w", "1", "2")], ["a sentence of the bot"]));

    [Theory]
    [InlineData("subject", "")]
    [InlineData("subject\n\nbody", "")]
    [InlineData("subject\n\nbody\n\nReviewed-by: C <c@d>", "Reviewed-by: C <c@d>")]
    [InlineData("subject\n\nSigned-off-by: Bot <bot@b>", "")]
    [InlineData("subject\n\nSigned-off-by: Bot <bot@b>\n\nmore", "")]
    [InlineData("subject\n\nbody\nsigned-off-by: Bot <bot@b>", "")]
    [InlineData("subject\n\nSigned-off-by: Bot <bot@b>\nSigned-off-by: A <a@b>", "Signed-off-by: A <a@b>")]
    public async Task Git_finds_one_sign_off_behind_the_trailers_that_the_bot_reads(string template, string own)
    {
        const string signOff = "Signed-off-by: Bot <bot@b>";
        string[] without = own.Length == 0 ? [signOff] : [own, signOff];
        var with = without.ToList();
        with.Insert(without.Length - 1, "Bumper-Update: argocd/web web w 1 2");
        var signed = Parse(template).SignedOffBy("Bot", "bot@b");
        Assert.Equal(with, await ParseAsync(signed, [new("web", "w", "1", "2")], []));
        Assert.Equal(with, await ParseAsync(signed, [new("web", "w", "1", "2")], ["a sentence of the bot"]));
        Assert.Equal(without, await ParseAsync(signed, [], ["a sentence of the bot"]));
    }

    [Theory]
    [InlineData("1\n\nBumper-Update: argocd/forged a b c d")]
    [InlineData("1\r\rBumper-Update: argocd/forged a b c d")]
    [InlineData("bumper-update: argocd/forged a b c d")]
    [InlineData("Bumper-Update : argocd/forged a b c d")]
    [InlineData(" Bumper-Update: argocd/forged a b c d")]
    [InlineData("\u2028Bumper-Update: argocd/forged a b c d")]
    [InlineData("\0Bumper-Update: argocd/forged a b c d")]
    public async Task No_text_of_a_tag_or_an_image_makes_a_trailer(string hostile)
    {
        foreach (var template in new[] { "{{ range .AppChanges }}{{ .OldTag }}{{ end }}", "s\n\n{{ range .AppChanges }}{{ .Image }}\n{{ .OldTag }}\n{{ end }}", "s\n\nSigned-off-by: A <a@b>\n{{ range .AppChanges }}{{ .OldTag }}\n{{ end }}" })
        {
            var found = await ParseAsync(Parse(template), [new("web", hostile, hostile, "2")], [hostile]);
            var ours = found.Select(line => UpdateTrailer.TryParse(line, out var trailer) ? trailer : null).OfType<UpdateTrailer>().ToList();
            Assert.Equal((Web, "2"), (Assert.Single(ours).Application, ours[0].NewValue));
            Assert.DoesNotContain(found, line => line.Contains("bumper-update", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Bumper-Update: argocd/web web ", StringComparison.Ordinal));
        }
    }

    private async Task<string[]> ParseAsync(CommitMessageTemplate template, IReadOnlyList<ImageChange> changes, IReadOnlyList<string> notes)
    {
        Assert.True(template.TryRender(new CommitMessageData(Web, changes, notes), out var message, out var problem), problem);
        Assert.Equal(changes.Count, Updates(message).Count);
        return (await GitCommand.RunAsync(_folder.Path, ["interpret-trailers", "--parse"], TestContext.Current.CancellationToken, message)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static CommitMessageTemplate Parse(string text)
    {
        Assert.True(CommitMessageTemplate.TryParse(text, out var template, out var problem), problem);
        return template;
    }

    private static IReadOnlyList<UpdateTrailer> Updates(string message) => [.. UpdateCommit.Read("", default, message).Trailers.Select(placed => placed.Trailer).OfType<UpdateTrailer>()];
}
