using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Tests.Core.Messages;

public sealed class CommitMessageTests
{
    private static readonly NamespacedName Web = new("argocd", "web");

    [Fact]
    public void The_default_message_says_what_was_done_and_ends_with_a_trailer_per_image() => Assert.Equal(
        """
        build: automatic update of web

        updates image example.com/web tag '1' to '2'
        updates image example.com/api tag '' to 'sha256:0'
        parameter replicas is carried over from the Application

        Bumper-Update: argocd/web web example.com/web 1 2
        Bumper-Update: argocd/web - example.com/api - sha256:0

        """.ReplaceLineEndings("\n"),
        Render(CommitMessageTemplate.Default, [new("web", "example.com/web", "1", "2"), new(null, "example.com/api", null, "sha256:0")], ["parameter replicas is carried over from the Application"]));

    [Fact]
    public void A_commit_without_images_has_sentences_and_no_trailer() => Assert.Equal(
        "build: automatic update of web\n\nparameter replicas follows the Application\n",
        Render(CommitMessageTemplate.Default, [], ["parameter replicas follows the Application"]));

    [Fact]
    public void Trailers_of_the_template_and_of_the_bot_are_one_block() => Assert.EndsWith(
        "\n\nSigned-off-by: A <a@b>\nBumper-Update: argocd/web web w 1 2\n",
        Render(Parse("subject\n\nbody\n\nSigned-off-by: A <a@b>\n"), [new("web", "w", "1", "2")], []),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("1\nBumper-Update: argocd/other x y 1 2")]
    [InlineData("1\r\n\r\nBumper-Update: argocd/other x y 1 2")]
    public void Nobody_forges_a_trailer(string hostile)
    {
        var message = Render(Parse("{{range .AppChanges}}{{.OldTag}}\n{{.NewTag}}{{end}}\nbumper-update: argocd/forged a b c d"), [new("web", "image", hostile, "2")], [hostile]);
        var trailer = Assert.Single(Updates(message));
        Assert.Equal(Web, trailer.Application);
        Assert.Equal("2", trailer.NewValue);
    }

    [Theory]
    [InlineData("{{ .AppNam }}", "there is no field 'AppNam', allowed: AppChanges, AppName, AppNamespace")]
    [InlineData("{{ range .AppChanges }}{{ .NewTags }}{{ end }}", "there is no field 'NewTags'")]
    [InlineData("\n\n", "prints nothing")]
    public void A_template_that_cannot_work_is_refused_before_it_is_used(string text, string part)
    {
        Assert.False(CommitMessageTemplate.TryParse(text, out _, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subject_is_followed_by_a_blank_line() => Assert.StartsWith("subject\n\nbody\n\n", Render(Parse("\n\nsubject\nbody\n\n\n"), [new("web", "w", "1", "2")], []), StringComparison.Ordinal);

    [Fact]
    public void A_trailer_is_read_back_as_it_was_written()
    {
        var word = Gen.Elements("web", "registry.example.com:5000/team/web", "1.2.3", "stable@sha256:0123", "a_b", "latest");
        var trailers = from alias in Gen.OneOf(word, Gen.Constant<string>(null!))
                       from image in word
                       from old in Gen.OneOf(word, Gen.Constant<string>(null!))
                       from next in word
                       select new UpdateTrailer(Web, alias, image, old, next);
        Prop.ForAll(trailers.ToArbitrary(), trailer => UpdateTrailer.TryParse(trailer.ToString(), out var read) && read == trailer).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public void Trailers_survive_merges_and_squashes() => Assert.Equal(
        ["1", "2"],
        Updates("Merge branch 'x'\n\n* first\n\n  Bumper-Update: argocd/web web w - 1\n\n* second\n\nBumper-Update: argocd/web web w 1 2\n\nBumper-Update: broken\n").Select(trailer => trailer.NewValue));

    private static CommitMessageTemplate Parse(string text)
    {
        Assert.True(CommitMessageTemplate.TryParse(text, out var template, out var problem), problem);
        return template;
    }

    private static string Render(CommitMessageTemplate template, IReadOnlyList<ImageChange> changes, IReadOnlyList<string> notes)
    {
        Assert.True(template.TryRender(new CommitMessageData(Web, changes, notes), out var message, out var problem), problem);
        return message;
    }

    private static IReadOnlyList<UpdateTrailer> Updates(string message) => [.. UpdateCommit.Read("", default, message).Trailers.Select(placed => placed.Trailer).OfType<UpdateTrailer>()];
}
