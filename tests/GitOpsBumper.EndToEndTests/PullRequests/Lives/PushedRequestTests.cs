using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.PullRequests.Lives;

/// <summary>Requests that are opened by a push, as there is no token for the forge. The git server does with the push what GitLab and Gitea publish that they do.</summary>
public sealed class PushedRequestTests(World world)
{
    /// <summary>
    /// As GitLab after a push: a number for each branch that asks for a request, its head under <c>refs/merge-requests</c>, and a line with the address. See
    /// https://docs.gitlab.com/topics/git/commit/#push-options and https://docs.gitlab.com/user/project/merge_requests/merge_request_workflows/#checkout-merge-requests-locally-through-the-head-ref.
    /// </summary>
    private const string GitLab = """
        while read old new ref; do
          case "$ref" in refs/heads/*) ;; *) continue ;; esac
          i=0; create=no; : > hooks/words
          while [ "$i" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do eval "word=\$GIT_PUSH_OPTION_$i"; printf '%s\n' "$word" >> hooks/words; [ "$word" = merge_request.create ] && create=yes; i=$((i + 1)); done
          [ "$create" = yes ] || continue
          if [ -e hooks/refuses ]; then echo "WARNINGS:"; echo "Error encountered with push options: you may not"; continue; fi
          name=$(printf '%s' "$ref" | tr '/' '_')
          [ -e "hooks/open$name" ] || { n=$(($(cat hooks/count 2>/dev/null || echo 0) + 1)); echo "$n" > hooks/count; echo "$n" > "hooks/open$name"; }
          n=$(cat "hooks/open$name")
          git update-ref "refs/merge-requests/$n/head" "$new"
          echo "View merge request for ${ref#refs/heads/}:"; echo "  https://gitlab.example.com/team/config/-/merge_requests/$n"
        done
        """;

    /// <summary>As Gitea takes <c>refs/for</c>: git's own protocol for it, a number for each topic, no branch. See https://git-scm.com/docs/githooks#proc-receive and https://docs.gitea.com/usage/agit-setup.</summary>
    private const string Gitea = """
        exec perl -e '
          use strict; binmode STDIN; binmode STDOUT; $| = 1;
          sub get { my $l; read(STDIN, $l, 4) == 4 or return undef; my $n = hex($l); return "" if $n == 0; my $d; read(STDIN, $d, $n - 4); chomp $d; return $d; }
          sub put { my $d = shift; print STDOUT sprintf("%04x", length($d) + 4), $d; }
          sub flush { print STDOUT "0000"; }
          while (my $line = get()) { last if $line eq ""; }
          put("version=1\0push-options"); flush();
          my @refs; while (1) { my $line = get(); last if !defined $line || $line eq ""; push @refs, $line; }
          my %o; while (1) { my $line = get(); last if !defined $line || $line eq ""; my ($k, $v) = split(/=/, $line, 2); $o{$k} = $v; }
          open(my $w, ">", "hooks/words"); print $w "$_=$o{$_}\n" for sort keys %o; close $w;
          for (@refs) {
            my ($old, $new, $ref) = split / /;
            if (!$o{topic}) { put("ng $ref topic-branch is not set"); next; }
            my $file = "hooks/topic-" . ($o{topic} =~ s/\//_/gr);
            my $n = -e $file ? `cat $file` : 0; chomp $n;
            if (!$n) { $n = 1 + (-e "hooks/count" ? `cat hooks/count` : 0); system("echo $n > hooks/count; echo $n > $file"); }
            my $have = `git rev-parse -q --verify refs/pull/$n/head`; chomp $have;
            if ($have eq $new) { put("ng $ref new commit is same with old commit"); next; }
            if ($have && system("git merge-base --is-ancestor $have $new") && !$o{"force-push"}) { put("ng $ref request `force-push` push option"); next; }
            system("git update-ref refs/pull/$n/head $new");
            put("ok $ref"); put("option refname refs/pull/$n/head"); put("option new-oid $new");
            print STDERR "Visit the existing pull request:\n  https://gitea.example.com/team/config/pulls/$n\n";
          }
          flush();'
        """;

    [Fact]
    public async Task GitLab_opens_a_request_for_a_push_once_and_for_each_newer_version()
    {
        await using var play = await StartAsync(world, "gitlab", "post-receive", GitLab);
        var outcome = await RunAsync(play);
        Assert.Equal("updated", outcome.MustExit(0).Image("web").Decision);
        Assert.Equal("https://gitlab.example.com/team/config/-/merge_requests/1", (string?)outcome.Application("web")["pullRequest"]);
        var branch = (string)outcome.Application("web")["branch"]!;
        Assert.Equal("1.1.0", await play.TagAsync("web", branch));
        var words = await WordsAsync(play);
        Assert.Equal(["merge_request.create", "merge_request.target=main", "merge_request.title=build: update web to 1.1.0"], words.Take(3));
        Assert.Contains("merge_request.label=deps", words);
        Assert.Contains("merge_request.assign=grace", words);
        Assert.Contains("merge_request.auto_merge", words);
        Assert.Contains("merge_request.remove_source_branch", words);
        var description = words.Single(word => word.StartsWith("merge_request.description=", StringComparison.Ordinal));
        Assert.Contains("\\n| `argocd/web` |", description, StringComparison.Ordinal);
        Assert.Contains(outcome.Application("web")["problems"]!.AsArray(), problem => ((string)problem!["message"]!).Contains("request-reviewers has no effect without a token", StringComparison.Ordinal));

        var head = await play.Stage.Repository.TipAsync(branch, Stage.Token);
        Assert.Equal("pending", (await RunAsync(play)).Image("web").Decision);
        Assert.Equal(head, await play.Stage.Repository.TipAsync(branch, Stage.Token));

        // Closed and its branch deleted: GitLab shows its head still, and it is not proposed again.
        await play.Stage.Repository.GitAsync(["update-ref", "-d", $"refs/heads/{branch}"], Stage.Token);
        Assert.Contains("it was proposed already", (await RunAsync(play)).Image("web").Reason, StringComparison.Ordinal);
        Assert.False(await play.Stage.Repository.ExistsAsync(branch, Stage.Token));
        await play.Stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("updated", (await RunAsync(play)).Image("web").Decision);
        Assert.Equal("1.2.0", await play.TagAsync("web", branch));

        // Newer once more, into the same branch; and people's commits are theirs.
        await play.Stage.PushTagsAsync("web", "1.3.0");
        Assert.Equal("updated", (await RunAsync(play)).Image("web").Decision);
        Assert.Equal("1.3.0", await play.TagAsync("web", branch));
        await play.CommitAsync(branch, "apps/web/values.yaml", "replicas: 2\n");
        await play.Stage.PushTagsAsync("web", "1.4.0");
        Assert.Contains("commits of people", (await RunAsync(play)).Image("web").Reason, StringComparison.Ordinal);
        Assert.Equal("1.3.0", await play.TagAsync("web", branch));
    }

    [Fact]
    public async Task What_GitLab_takes_without_opening_a_request_is_told_and_tried_again()
    {
        await using var play = await StartAsync(world, "gitlab", "post-receive", GitLab);
        await File.WriteAllTextAsync(Path.Combine(play.Stage.Repository.Folder, "hooks", "refuses"), "", Stage.Token);
        var refused = await RunAsync(play);
        Assert.Contains("opened no request for it: WARNINGS: Error encountered with push options: you may not", refused.MustExit(1).Image("web").Reason, StringComparison.Ordinal);
        File.Delete(Path.Combine(play.Stage.Repository.Folder, "hooks", "refuses"));
        Assert.Equal("updated", (await RunAsync(play)).MustExit(0).Image("web").Decision);
        Assert.Equal("pending", (await RunAsync(play)).Image("web").Decision);
    }

    [Fact]
    public async Task Gitea_opens_a_request_for_a_push_to_a_reference_of_its_own_and_makes_no_branch()
    {
        await using var play = await StartAsync(world, "gitea", "proc-receive", Gitea);
        await play.Stage.Repository.ConfigureAsync("receive.procReceiveRefs", "refs/for", Stage.Token);
        var outcome = await RunAsync(play);
        Assert.Equal("updated", outcome.MustExit(0).Image("web").Decision);
        Assert.Equal("https://gitea.example.com/team/config/pulls/1", (string?)outcome.Application("web")["pullRequest"]);
        var words = await WordsAsync(play);
        Assert.Contains("title=build: update web to 1.1.0", words);
        Assert.Contains(words, word => word.StartsWith("topic=bumper/web-", StringComparison.Ordinal));
        Assert.Equal("refs/heads/main refs/pull/1/head", (await play.Stage.Repository.GitAsync(["for-each-ref", "--format=%(refname)"], Stage.Token)).Replace('\n', ' '));
        Assert.Equal("pending", (await RunAsync(play)).Image("web").Decision);

        await play.Stage.PushTagsAsync("web", "1.2.0");
        Assert.Equal("updated", (await RunAsync(play)).MustExit(0).Image("web").Decision);
        Assert.Equal("pending", (await RunAsync(play)).Image("web").Decision);
        Assert.Contains("1.2.0", await play.Stage.Repository.GitAsync(["show", "refs/pull/1/head:apps/web/.argocd-source-web.yaml"], Stage.Token), StringComparison.Ordinal);

        // Merged, it is done; the next one is another request.
        await play.Stage.Repository.GitAsync(["update-ref", "refs/heads/main", "refs/pull/1/head"], Stage.Token);
        Assert.Equal("up-to-date", (await RunAsync(play)).Image("web").Decision);
    }

    [Fact]
    public async Task A_server_that_takes_no_words_is_told_as_what_it_is()
    {
        await using var play = await StartAsync(world, "gitlab", "post-receive", GitLab);
        await play.Stage.Repository.ConfigureAsync("receive.advertisePushOptions", "false", Stage.Token);
        Assert.Contains("does not support push options", (await RunAsync(play)).MustExit(1).Image("web").Reason, StringComparison.Ordinal);
    }

    private static async Task<RequestStage> StartAsync(World world, string kind, string hook, string script)
    {
        var play = await RequestStage.SetAsync(world, kind);
        await play.Stage.Repository.ConfigureAsync("receive.advertisePushOptions", "true", Stage.Token);
        await play.DeployAsync("web", ["1.1.0"], "request-labels=deps", "request-reviewers=ada", "request-assignees=grace", "request-auto-merge=squash");
        await play.Stage.PublishAsync();
        play.Stage.Repository.Hook(hook, script);
        return play;
    }

    private static Task<Outcome> RunAsync(RequestStage play) => play.RunAsync("--forge-token", $"{new Uri(play.Stage.Repository.Url).Authority}=none");

    private static async Task<IReadOnlyList<string>> WordsAsync(RequestStage play) => await File.ReadAllLinesAsync(Path.Combine(play.Stage.Repository.Folder, "hooks", "words"), Stage.Token);
}
