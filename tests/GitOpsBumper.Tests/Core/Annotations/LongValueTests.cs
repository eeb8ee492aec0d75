using GitOpsBumper.Core;
using GitOpsBumper.Core.Annotations;

namespace GitOpsBumper.Tests.Core.Annotations;

/// <summary>One long wrong value is told of once per image that it reaches: it is quoted, but not as a whole.</summary>
public sealed class LongValueTests
{
    private const int Length = 20_000;

    /// <summary>Each is wrong for some keys, in its own way.</summary>
    private static readonly string[] Beginnings =
        ["x", "regexp:(", "secret:", "pullsecret:", "git:secret:", "semver:", "digest:", "helmvalues:", "argocd-source:", "https://u:p@host/", "git@host:", "main:", "$1", "a=b", "../", "!", "linux/", "["];

    public static TheoryData<string> Keys =>
        [.. AnnotationKeys.ApplicationKeys.Concat(AnnotationKeys.DefaultableKeys).Concat(AnnotationKeys.ImageKeys.Select(key => $"web.{key}")).Append("web.unknown").Append("nobody.allow-tags").Distinct()];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_problem_quotes_200_characters_of_a_value_and_says_how_many_there_are(string key)
    {
        foreach (var beginning in Beginnings)
        {
            foreach (var filling in new[] { "q", "Q/", "1 ", "é" })
            {
                var value = beginning + string.Concat(Enumerable.Repeat(filling, Length / filling.Length));
                string[] others = key == "image-list" ? [] : ["image-list: web=nginx:1.x"];
                foreach (var problem in Reading.Of([.. others, $"{key}: {value}"]).AllProblems)
                {
                    Assert.True(problem.Message.Length + problem.Value.Length < 2_000, $"{problem.Key} with '{beginning}': {problem.Message.Length} characters");
                    AssertQuoted(problem.Message, filling);
                    AssertQuoted(problem.Value, filling);
                }
            }
        }
    }

    [Fact]
    public void What_is_wrong_with_a_source_is_shortened_too()
    {
        var source = Reading.HelmSource with { RepositoryUrl = $"git host:{new string('q', 1_000)}", TargetRevision = $">{new string('q', 1_000)}" };
        var problems = Reading.Of(source, "image-list: web=nginx").AllProblems;
        Assert.Equal(2, problems.Count());
        Assert.All(problems, problem => Assert.Contains("... (10", problem.Message, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.True(problem.Value.Length < 230));
    }

    [Fact]
    public void A_constraint_that_cannot_be_read_is_kept_shortened()
    {
        var image = Assert.Single(Reading.Of("image-list: web=nginx", $"web.update-strategy: semver:{new string('q', Length)}").Images);
        Assert.NotEmpty(image.Problems);
        Assert.True(image.ConstraintText.Length < 230);
    }

    [Fact]
    public void A_text_is_cut_between_characters()
    {
        Assert.Equal(new string('x', 200), Shortened.Text(new string('x', 200)));
        Assert.Equal($"{new string('x', 200)}... (201 characters)", Shortened.Text(new string('x', 201)));
        Assert.Equal($"{new string('x', 199)}... (201 characters)", Shortened.Text(new string('x', 199) + "😀"));
    }

    private static void AssertQuoted(string text, string filling)
    {
        var longest = string.Concat(Enumerable.Repeat(filling, (Shortened.MaxCharacters / filling.Length) + 1));
        Assert.DoesNotContain(longest, text, StringComparison.Ordinal);
    }
}
