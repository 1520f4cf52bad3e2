package io.kvstore.testing;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.MultiANewArrayInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * Finds the classes of a jar that its program can reach, by following calls from method to method.
 *
 * <p>This is rapid type analysis: a virtual call reaches the overriding methods of all classes that reachable code instantiates. A
 * method that overrides a method of the JDK is reachable when its class is instantiated, because the JDK may call it. Reflection is
 * not followed: a class that is found by name must be a root. Class names are internal names, with slashes.
 */
public final class Reachability {

    private static final int NOT_OVERRIDABLE = Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE | Opcodes.ACC_ABSTRACT;

    private record Method(String owner, String name, String descriptor) {
        Method in(String subtype) {
            return new Method(subtype, name, descriptor);
        }

        boolean isImplementedBy(MethodNode node) {
            return node.name.equals(name) && node.desc.equals(descriptor) && (node.access & Opcodes.ACC_ABSTRACT) == 0;
        }

        @Override
        public String toString() {
            return owner.replace('/', '.') + "." + name;
        }
    }

    private final Map<String, ClassNode> classes = new HashMap<>();
    private final Map<String, List<String>> subtypes = new HashMap<>();
    private final Map<String, Set<String>> supertypes = new HashMap<>();
    private final Map<String, Optional<Set<String>>> platformMethods = new HashMap<>();

    private final Set<String> reached = new TreeSet<>();
    private final Set<String> instantiated = new HashSet<>();
    private final Map<String, Set<Method>> virtualCalls = new HashMap<>();
    private final Set<Method> methods = new HashSet<>();
    private final Deque<Method> pending = new ArrayDeque<>();
    private final Map<String, String> missing = new TreeMap<>();

    private Reachability(JarFile jar) throws IOException {
        for (JarEntry entry : Collections.list(jar.entries())) {
            if (entry.getName().endsWith(".class")) {
                try (InputStream in = jar.getInputStream(entry)) {
                    ClassNode node = new ClassNode();
                    new ClassReader(in).accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
                    classes.put(node.name, node);
                }
            }
        }
        for (ClassNode node : classes.values()) {
            parents(node)
                    .forEach(parent -> subtypes.computeIfAbsent(parent, absent -> new ArrayList<>())
                            .add(node.name));
        }
    }

    /** Follows the code of a jar from the classes that {@code roots} accepts, all of whose methods count as reachable. */
    public static Reachability from(JarFile jar, Predicate<String> roots) throws IOException {
        Reachability reachability = new Reachability(jar);
        for (ClassNode node : reachability.classes.values()) {
            if (roots.test(node.name)) {
                reachability.instantiate(node.name, "a root");
                node.methods.forEach(method -> reachability.run(new Method(node.name, method.name, method.desc)));
            }
        }
        reachability.followPending();
        return reachability;
    }

    /** Returns the reachable classes of the jar. */
    public Set<String> classes() {
        return Collections.unmodifiableSet(reached);
    }

    /** Returns the reachable classes that are neither in the jar nor in the JDK, each with the code that refers to it. */
    public Map<String, String> missing() {
        return Collections.unmodifiableMap(missing);
    }

    private void followPending() {
        for (Method method = pending.poll(); method != null; method = pending.poll()) {
            Method current = method;
            classes.get(method.owner).methods.stream()
                    .filter(current::isImplementedBy)
                    .forEach(code -> follow(code, current.toString()));
        }
    }

    private void follow(MethodNode code, String from) {
        for (TryCatchBlockNode block : code.tryCatchBlocks) {
            if (block.type != null) {
                reach(block.type, from);
            }
        }
        for (AbstractInsnNode instruction : code.instructions) {
            if (instruction instanceof TypeInsnNode type) {
                reach(type.desc, from);
                if (type.getOpcode() == Opcodes.NEW) {
                    instantiate(type.desc, from);
                }
            } else if (instruction instanceof FieldInsnNode field) {
                reach(field.owner, from);
            } else if (instruction instanceof MethodInsnNode call) {
                boolean virtual =
                        call.getOpcode() == Opcodes.INVOKEVIRTUAL || call.getOpcode() == Opcodes.INVOKEINTERFACE;
                call(new Method(call.owner, call.name, call.desc), virtual, from);
            } else if (instruction instanceof InvokeDynamicInsnNode dynamic) {
                followConstant(dynamic.bsm, from);
                Arrays.stream(dynamic.bsmArgs).forEach(argument -> followConstant(argument, from));
            } else if (instruction instanceof LdcInsnNode constant) {
                followConstant(constant.cst, from);
            } else if (instruction instanceof MultiANewArrayInsnNode array) {
                reach(array.desc, from);
            }
        }
    }

    private void followConstant(Object constant, String from) {
        if (constant instanceof Type type && (type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY)) {
            reach(type.getInternalName(), from);
        } else if (constant instanceof Handle handle) {
            int tag = handle.getTag();
            if (tag == Opcodes.H_NEWINVOKESPECIAL) {
                instantiate(handle.getOwner(), from);
            }
            boolean virtual = tag == Opcodes.H_INVOKEVIRTUAL || tag == Opcodes.H_INVOKEINTERFACE;
            call(new Method(handle.getOwner(), handle.getName(), handle.getDesc()), virtual, from);
        } else if (constant instanceof ConstantDynamic dynamic) {
            followConstant(dynamic.getBootstrapMethod(), from);
            for (int i = 0; i < dynamic.getBootstrapMethodArgumentCount(); i++) {
                followConstant(dynamic.getBootstrapMethodArgument(i), from);
            }
        }
    }

    private void call(Method method, boolean virtual, String from) {
        reach(method.owner, from);
        run(method);
        if (virtual
                && virtualCalls
                        .computeIfAbsent(method.owner, absent -> new HashSet<>())
                        .add(method)) {
            closure(method.owner, type -> subtypes.getOrDefault(type, List.of())).stream()
                    .filter(instantiated::contains)
                    .forEach(subtype -> run(method.in(subtype)));
        }
    }

    /** Marks the code that runs if the method is called on an object of its owner: the owner's own or inherited code. */
    private void run(Method method) {
        for (String type : supertypes(method.owner)) {
            ClassNode node = classes.get(type);
            if (node != null && node.methods.stream().anyMatch(method::isImplementedBy)) {
                Method declared = method.in(type);
                if (methods.add(declared)) {
                    pending.add(declared);
                }
                return;
            }
        }
    }

    private void instantiate(String type, String from) {
        reach(type, from);
        if (!classes.containsKey(type) || !instantiated.add(type)) {
            return;
        }
        Set<String> overridable = new HashSet<>();
        for (String supertype : supertypes(type)) {
            virtualCalls.getOrDefault(supertype, Set.of()).forEach(called -> run(called.in(type)));
            if (!classes.containsKey(supertype)) {
                overridable.addAll(platformMethods(supertype).orElse(Set.of()));
            }
        }
        for (String supertype : supertypes(type)) {
            ClassNode node = classes.get(supertype);
            if (node != null) {
                node.methods.stream()
                        .filter(method -> (method.access & NOT_OVERRIDABLE) == 0)
                        .filter(method -> overridable.contains(method.name + method.desc))
                        .forEach(method -> run(new Method(type, method.name, method.desc)));
            }
        }
    }

    private void reach(String typeOrArray, String from) {
        Type type = Type.getObjectType(typeOrArray);
        Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
        if (element.getSort() != Type.OBJECT) {
            return;
        }
        String name = element.getInternalName();
        ClassNode node = classes.get(name);
        if (node == null) {
            if (platformMethods(name).isEmpty()) {
                missing.putIfAbsent(name, from);
            }
        } else if (reached.add(name)) {
            parents(node).forEach(parent -> reach(parent, name.replace('/', '.')));
            run(new Method(name, "<clinit>", "()V"));
        }
    }

    /** Returns the methods of a class of the JDK, own and inherited; nothing if the JDK does not have the class. */
    private Optional<Set<String>> platformMethods(String type) {
        return platformMethods.computeIfAbsent(type, name -> {
            try {
                Class<?> loaded = Class.forName(name.replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
                Set<String> declared = new HashSet<>();
                for (Class<?> ancestor : Reachability.<Class<?>>closure(loaded, Reachability::parents)) {
                    for (java.lang.reflect.Method method : ancestor.getDeclaredMethods()) {
                        declared.add(method.getName() + Type.getMethodDescriptor(method));
                    }
                }
                return Optional.of(declared);
            } catch (ClassNotFoundException e) {
                return Optional.empty();
            }
        });
    }

    /** Returns a type and all of its supertypes, as far as the jar has them. */
    private Set<String> supertypes(String type) {
        return supertypes.computeIfAbsent(
                type,
                start -> closure(
                        start,
                        name -> Optional.ofNullable(classes.get(name))
                                .map(Reachability::parents)
                                .orElse(List.of())));
    }

    private static List<String> parents(ClassNode node) {
        return Stream.concat(Stream.ofNullable(node.superName), node.interfaces.stream())
                .toList();
    }

    private static List<Class<?>> parents(Class<?> type) {
        List<Class<?>> parents = new ArrayList<>(List.of(type.getInterfaces()));
        if (type.getSuperclass() != null) {
            parents.add(type.getSuperclass());
        }
        return parents;
    }

    /** Returns everything that {@code next} leads to, depth first, so that a superclass comes before the interfaces. */
    private static <T> Set<T> closure(T start, Function<T, List<T>> next) {
        Set<T> all = new LinkedHashSet<>();
        Deque<T> stack = new ArrayDeque<>(List.of(start));
        for (T element = stack.poll(); element != null; element = stack.poll()) {
            if (all.add(element)) {
                List<T> following = new ArrayList<>(next.apply(element));
                Collections.reverse(following);
                following.forEach(stack::push);
            }
        }
        return all;
    }
}
