using System.Diagnostics;

namespace GitOpsBumper.Tests.Core.Annotations;

/// <summary>Annotations are written by people who may not be friends; Kubernetes bounds them at 256 KiB for one object.</summary>
public sealed class BoundTests
{
    private const int MaxAnnotations = 256 * 1024;

    [Fact]
    public void A_list_has_at_most_500_images()
    {
        var problem = Reading.Problem($"image-list: {Repeated("a=b,", MaxAnnotations)}");
        Assert.Contains("at most 500", problem.Message, StringComparison.Ordinal);
        Assert.True(problem.Value.Length < 1100);
    }

    [Fact]
    public void Other_lists_have_at_most_100_items() =>
        Assert.Contains("at most 100", Reading.Problem("image-list: web=nginx", $"web.ignore-tags: {Repeated("*,", 10_000)}").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("x=nginx,", "key")]
    [InlineData("nginx,", "web.update-stratgy")]
    [InlineData("x.y.z=nginx,", "x.y.zz.z.update-stratgy")]
    public void The_worst_annotations_are_read_in_a_moment(string entry, string key)
    {
        var keys = Enumerable.Range(0, MaxAnnotations / 40).Select(number => $"{key}{number}: x");
        string[] lines = [$"image-list: {Repeated(entry, 500 * entry.Length)}", .. keys];
        var watch = Stopwatch.StartNew();
        var policy = Reading.Of(lines);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"it took {watch.Elapsed}");
        Assert.Equal(500, policy.Images.Count);
        Assert.True(policy.AllProblems.Sum(problem => (long)problem.Message.Length + problem.Value.Length) < 10_000_000);
    }

    private static string Repeated(string text, int length) => string.Concat(Enumerable.Repeat(text, length / text.Length));
}
