using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Tests.Core.Messages;

public sealed class CommitMessageTrailerTests
{
    private static readonly NamespacedName Web = new("argocd", "web");

    [Fact]
    public void Sentences_of_the_bot_stand_before_the_trailers_of_the_template() => Assert.Equal(
        "subject\n\nbody\na sentence\n\nSigned-off-by: A <a@b>\nBumper-Update: argocd/web web w 1 2\n",
        Render("subject\n\nbody\n\nSigned-off-by: A <a@b>\n", [new("web", "w", "1", "2")], ["a sentence"]));

    [Fact]
    public void A_template_of_subject_and_trailers_gets_a_body_for_them() => Assert.Equal(
        "subject\n\na sentence\n\nSigned-off-by: A <a@b>\n",
        Render("subject\n\nSigned-off-by: A <a@b>", [], ["a sentence"]));

    [Theory]
    [InlineData("fix: {{ .AppName }}")]
    [InlineData("fix: {{ .AppName }}\nnote: body")]
    [InlineData("fix: {{ .AppName }}\n\ntext\nSigned-off-by: in the middle of a paragraph")]
    public void A_subject_like_a_trailer_is_none(string template)
    {
        var message = Render(template, [new("web", "w", "1", "2")], []);
        Assert.StartsWith("fix: web\n\n", message, StringComparison.Ordinal);
        Assert.EndsWith("\nBumper-Update: argocd/web web w 1 2\n", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ range .AppChanges }}{{ if not .OldTag }}{{ .Missing }}{{ end }}{{ end }}x")]
    [InlineData("{{ range .AppChanges }}{{ if not .Alias }}{{ .Missing }}{{ end }}{{ end }}x")]
    [InlineData("{{ range $i, $c := .AppChanges }}{{ if $i }}{{ $c.Missing }}{{ end }}{{ end }}x")]
    public void A_mistake_that_only_some_changes_reach_is_found_before_them(string template)
    {
        Assert.False(CommitMessageTemplate.TryParse(template, out _, out var problem));
        Assert.Contains("there is no field 'Missing', allowed: Alias, Image, Labels, NewTag, OldTag", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_approved_stands_behind_the_trailers_and_no_template_and_no_name_can_say_it()
    {
        Assert.True(CommitMessageTemplate.TryParse("subject\n\nApproved-by: eve\n", out var template, out var problem), problem);
        var data = new CommitMessageData(Web, [new("web", "w", "1", "2")], []) { Target = "main:web", ApprovedBy = ["user ada", "user x\nApproved-by: eve", "user ada"] };
        Assert.True(template.TryRender(data, out var message, out problem), problem);
        Assert.Equal(
            ["subject", "", "> Approved-by: eve", "", "Bumper-Update: argocd/web web w 1 2", "Bumper-Target: main:web", "Approved-by: user ada", "Approved-by: user x Approved-by: eve", ""],
            message.Split('\n'));
    }

    [Fact]
    public void Every_image_has_its_trailer_at_the_end_in_order()
    {
        var changes = Enumerable.Range(0, 50).Select(index => new ImageChange($"a{index}", $"r/i{index}", index % 2 == 0 ? null : "1", $"{index}")).ToList();
        var message = Render("subject {{ len .AppChanges }}", changes, ["one", "two"]);
        var last = message[(message.LastIndexOf("\n\n", StringComparison.Ordinal) + 2)..].TrimEnd('\n').Split('\n');
        Assert.Equal(changes.Select(change => new UpdateTrailer(Web, change.Alias, change.Image, change.OldTag, change.NewTag).ToString()), last);
        Assert.Equal(changes.Select(change => change.NewTag), Updates(message).Select(trailer => trailer.NewValue));
    }

    private static string Render(string text, IReadOnlyList<ImageChange> changes, IReadOnlyList<string> notes)
    {
        Assert.True(CommitMessageTemplate.TryParse(text, out var template, out var problem), problem);
        Assert.True(template.TryRender(new CommitMessageData(Web, changes, notes), out var message, out problem), problem);
        return message;
    }

    private static IReadOnlyList<UpdateTrailer> Updates(string message) => [.. UpdateCommit.Read("", default, message).Trailers.Select(placed => placed.Trailer).OfType<UpdateTrailer>()];
}
